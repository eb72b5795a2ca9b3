import type { KernelName } from "../../learning/plan/index.ts";
import type { KernelRun } from "../plan-fixture.ts";
import { convolutionContent, windowDimensionsOf, type WindowCase } from "./convolution.ts";
import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

const windowCases: readonly Omit<WindowCase, "out">[] = [
  { name: "one pixel", image: [1, 1], kernel: [1, 1], windows: [1, 1], pixel: 16 },
  {
    name: "zeros around",
    image: [5, 6],
    kernel: [3, 3],
    before: [1, 1],
    windows: [5, 6],
    pixel: 48,
    batch: 5,
    chunkSize: 2,
  },
  {
    name: "stride 2",
    image: [7, 8],
    kernel: [5, 3],
    stride: 2,
    before: [2, 0],
    windows: [4, 4],
    pixel: 32,
    batch: 3,
    chunkSize: 3,
  },
  {
    name: "dilation 2",
    image: [9, 7],
    kernel: [3, 2],
    dilation: 2,
    before: [2, 1],
    windows: [9, 7],
    pixel: 16,
    batch: 2,
    chunkSize: 2,
  },
  { name: "taps outside", image: [1, 2], kernel: [3, 5], before: [1, 2], windows: [1, 2], pixel: 16 },
];

const casesOf = (
  kernel: KernelName,
  variants: readonly (Pick<KernelRun, "choices" | "without"> & { readonly variant: string })[],
): KernelCase[] =>
  windowCases.flatMap((one) =>
    variants.map(({ variant, ...rest }) => {
      const { batch = 1, chunkSize = batch, pixel } = one;
      return {
        name: `${one.name}${variant}`,
        run: {
          kernel,
          dimensions: windowDimensionsOf({ ...one, out: pixel }),
          batch,
          chunkSize,
          buffers: {
            ...convolutionContent({ ...one, out: pixel }, chunkSize),
            weight: normals(one.kernel[0] * one.kernel[1] * pixel, "weight", 0.3),
          },
          ...rest,
        },
      };
    }),
  );

export const depthwiseCasesOf: CasesOf<
  "depthwiseForward" | "depthwiseInputGradient" | "depthwiseWeightGradient"
> = {
  depthwiseForward: {
    bound: 5e-14,
    outputs: ["output"],
    cases: casesOf("depthwiseForward", [
      { variant: "", choices: { activation: "none" } },
      { variant: ", relu", choices: { activation: "relu" } },
      { variant: ", without bias", choices: { activation: "none" }, without: ["bias"] },
    ]),
  },
  depthwiseInputGradient: {
    bound: 5e-14,
    outputs: ["inputGradient"],
    cases: casesOf("depthwiseInputGradient", [
      { variant: "", without: ["activated"] },
      { variant: ", masked" },
    ]),
  },
  depthwiseWeightGradient: {
    bound: 2e-13,
    outputs: ["weightGradient"],
    cases: casesOf("depthwiseWeightGradient", [{ variant: "" }]),
  },
};
