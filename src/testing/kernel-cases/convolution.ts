import type { KernelRun } from "../plan-fixture.ts";
import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

/** One number for height and width, or both. */
export interface WindowCase {
  readonly name: string;
  readonly image: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride?: number;
  readonly dilation?: number;
  /** Pixels before the image; as many or fewer after it, by `windows`. */
  readonly before?: readonly [number, number];
  readonly windows: readonly [number, number];
  readonly pixel: number;
  /** Floats from example to example, where they are more than the pixels'. */
  readonly inputRow?: number;
  readonly out: number;
  readonly batch?: number;
  readonly chunkSize?: number;
}

const windowCases: readonly WindowCase[] = [
  { name: "one pixel", image: [1, 1], kernel: [1, 1], windows: [1, 1], pixel: 16, out: 16 },
  {
    name: "compact grey images",
    image: [9, 7],
    kernel: [5, 3],
    windows: [5, 5],
    pixel: 1,
    inputRow: 64,
    out: 32,
    batch: 5,
    chunkSize: 2,
  },
  {
    name: "compact colours, zeros around",
    image: [6, 5],
    kernel: [3, 3],
    before: [1, 1],
    windows: [6, 5],
    pixel: 3,
    inputRow: 96,
    out: 48,
    batch: 3,
    chunkSize: 3,
  },
  {
    name: "no zeros around",
    image: [7, 6],
    kernel: [3, 2],
    windows: [5, 5],
    pixel: 32,
    out: 80,
    batch: 6,
    chunkSize: 4,
  },
  {
    name: "zeros around",
    image: [4, 5],
    kernel: [3, 3],
    before: [1, 1],
    windows: [4, 5],
    pixel: 64,
    out: 64,
    batch: 7,
    chunkSize: 4,
  },
  {
    name: "zeros around, stride 2",
    image: [7, 6],
    kernel: [3, 3],
    stride: 2,
    before: [1, 1],
    windows: [4, 3],
    pixel: 48,
    out: 96,
    batch: 5,
    chunkSize: 5,
  },
  {
    name: "zeros after alone, stride 2",
    image: [5, 5],
    kernel: [3, 3],
    stride: 2,
    windows: [3, 3],
    pixel: 16,
    out: 16,
    batch: 2,
    chunkSize: 2,
  },
  {
    name: "dilation 2, stride 3",
    image: [11, 9],
    kernel: [3, 2],
    stride: 3,
    dilation: 2,
    before: [2, 1],
    windows: [4, 4],
    pixel: 32,
    out: 16,
    batch: 3,
    chunkSize: 2,
  },
  {
    name: "dilation 3, lines between the taps",
    image: [4, 9],
    kernel: [2, 3],
    dilation: 3,
    windows: [1, 3],
    pixel: 16,
    out: 32,
    batch: 3,
    chunkSize: 2,
  },
  {
    name: "dilation 2, zeros around",
    image: [7, 6],
    kernel: [3, 3],
    dilation: 2,
    before: [2, 2],
    windows: [7, 6],
    pixel: 32,
    out: 80,
    batch: 2,
    chunkSize: 2,
  },
  {
    name: "pixels that no window reads",
    image: [6, 5],
    kernel: [1, 1],
    stride: 2,
    windows: [3, 3],
    pixel: 64,
    out: 128,
    batch: 2,
    chunkSize: 2,
  },
  {
    name: "taps that never lie inside",
    image: [1, 2],
    kernel: [3, 3],
    before: [1, 1],
    windows: [1, 2],
    pixel: 16,
    out: 32,
    batch: 3,
    chunkSize: 3,
  },
  {
    name: "several bands and blocks",
    image: [18, 23],
    kernel: [3, 1],
    before: [1, 0],
    windows: [18, 23],
    pixel: 16,
    out: 16,
    batch: 2,
    chunkSize: 2,
  },
  {
    name: "deep pixels",
    image: [2, 2],
    kernel: [2, 2],
    before: [1, 1],
    windows: [3, 3],
    pixel: 144,
    out: 160,
  },
];

/** Every argument that says where windows lie. */
export const windowDimensionsOf = (one: WindowCase) => ({
  height: one.image[0],
  width: one.image[1],
  kernelHeight: one.kernel[0],
  kernelWidth: one.kernel[1],
  stride: one.stride ?? 1,
  dilation: one.dilation ?? 1,
  top: one.before?.[0] ?? 0,
  left: one.before?.[1] ?? 0,
  outHeight: one.windows[0],
  outWidth: one.windows[1],
  pixel: one.pixel,
  inputRow: inputRowOf(one),
});

const inputRowOf = ({ image, pixel, inputRow }: WindowCase) => inputRow ?? image[0] * image[1] * pixel;
const windowsOf = ({ windows }: WindowCase) => windows[0] * windows[1];

/** Without `padded` the border must be met in another way, and compact images have no other. */
const paddings = (one: WindowCase): string[][] => (one.pixel < 16 ? [[]] : [[], ["padded"]]);

function dimensionsOf(kernel: KernelRun["kernel"], one: WindowCase): Record<string, number> {
  if (kernel === "convolutionBiasGradient") return { pixels: windowsOf(one), out: one.out };
  return { ...windowDimensionsOf(one), out: one.out };
}

type Content = Pick<KernelRun, "buffers"> & { readonly without: readonly string[]; readonly variant: string };

function casesOf(
  kernel: KernelRun["kernel"],
  contents: (one: WindowCase, chunkSize: number) => Content[],
  { only = () => true, ...rest }: { only?: (one: WindowCase) => boolean } & Pick<KernelRun, "choices"> = {},
): KernelCase[] {
  return windowCases.filter(only).flatMap((one) => {
    const { batch = 1, chunkSize = batch } = one;
    return contents(one, chunkSize).map(({ variant, buffers, without }) => ({
      name: `${one.name}${variant}`,
      run: {
        kernel,
        dimensions: dimensionsOf(kernel, one),
        batch,
        chunkSize,
        buffers: buffers ?? {},
        without,
        ...rest,
      },
    }));
  });
}

export const convolutionContent = (one: WindowCase, chunkSize: number) => {
  const depth = one.kernel[0] * one.kernel[1] * one.pixel;
  return {
    input: normals(chunkSize * inputRowOf(one), "input"),
    weight: normals(depth * one.out, "weight", 1 / Math.sqrt(depth)),
    bias: normals(one.out, "bias"),
    outputGradient: normals(chunkSize * windowsOf(one) * one.out, "output gradient"),
    activated: normals(chunkSize * inputRowOf(one), "activated"),
  };
};

export const convolutionCasesOf: CasesOf<
  "convolutionForward" | "convolutionInputGradient" | "convolutionWeightGradient" | "convolutionBiasGradient"
> = {
  convolutionForward: {
    bound: 2e-13,
    outputs: ["output"],
    cases: ["none", "relu"].flatMap((activation) =>
      casesOf(
        "convolutionForward",
        (one, chunkSize) =>
          paddings(one).map((withoutPadded) => {
            const without = activation === "none" ? ["bias", ...withoutPadded] : withoutPadded;
            return {
              buffers: convolutionContent(one, chunkSize),
              without,
              variant: `, activation ${activation}, without [${without.join(", ")}]`,
            };
          }),
        { choices: { activation } },
      ),
    ),
  },
  convolutionInputGradient: {
    bound: 2e-13,
    outputs: ["inputGradient"],
    cases: casesOf(
      "convolutionInputGradient",
      (one, chunkSize) =>
        (one.pixel === 64 ? [[], ["activated"]] : [["activated"]]).map((without) => ({
          buffers: convolutionContent(one, chunkSize),
          without,
          variant: without.length === 0 ? ", masked" : "",
        })),
      { only: ({ pixel }) => pixel % 16 === 0 },
    ),
  },
  convolutionWeightGradient: {
    bound: 5e-13,
    outputs: ["weightGradient"],
    cases: casesOf("convolutionWeightGradient", (one, chunkSize) =>
      [[], ["packed"]].flatMap((withoutPacked) =>
        paddings(one).map((withoutPadded) => ({
          buffers: convolutionContent(one, chunkSize),
          without: [...withoutPacked, ...withoutPadded],
          variant: `, without [${[...withoutPacked, ...withoutPadded].join(", ")}]`,
        })),
      ),
    ),
  },
  convolutionBiasGradient: {
    bound: 5e-13,
    outputs: ["biasGradient"],
    cases: casesOf("convolutionBiasGradient", (one, chunkSize) => [
      { buffers: convolutionContent(one, chunkSize), without: [], variant: "" },
    ]),
  },
};
