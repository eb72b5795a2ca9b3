import type { KernelRun } from "../plan-fixture.ts";
import { batches, forEachShape, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";
import { optimizerSettings } from "./optimizers.ts";

/** Padded features in and out. */
const panels: readonly (readonly [inFeatures: number, outFeatures: number])[] = [
  [16, 16],
  [32, 48],
  [80, 64],
  [144, 112],
  [288, 80],
];

const denseCases = (
  buffers: (sizes: {
    batch: number;
    chunkSize: number;
    in: number;
    out: number;
  }) => Pick<KernelRun, "buffers" | "without">,
  { kernel, variant = "", ...rest }: Pick<KernelRun, "kernel" | "choices" | "slots"> & { variant?: string },
): KernelCase[] =>
  forEachShape(panels, batches, (batch, chunkSize, inFeatures, outFeatures) => ({
    name: `${inFeatures} to ${outFeatures}, ${batch} examples by ${chunkSize}${variant}`,
    run: {
      kernel,
      dimensions: {
        ...(kernel === "denseBiasGradient" ? {} : { in: inFeatures }),
        out: outFeatures,
      },
      batch,
      chunkSize,
      ...buffers({ batch, chunkSize, in: inFeatures, out: outFeatures }),
      ...rest,
    },
  }));

const forwardBuffers = (d: { chunkSize: number; in: number; out: number }) => ({
  buffers: {
    input: normals(d.chunkSize * d.in, "input"),
    weight: normals(d.in * d.out, "weight", 1 / Math.sqrt(d.in)),
    bias: normals(d.out, "bias"),
  },
});

const gradientBuffers = (d: { chunkSize: number; in: number; out: number }) => ({
  input: normals(d.chunkSize * d.in, "input"),
  outputGradient: normals(d.chunkSize * d.out, "output gradient"),
});

/** A step of a single chunk needs no `partial`. */
const adamBuffers = (d: { batch: number; chunkSize: number; in: number; out: number }) => ({
  buffers: {
    ...gradientBuffers(d),
    weight: normals(d.in * d.out, "weight"),
    mean: normals(d.in * d.out, "mean", 0.1),
    variance: normals(d.in * d.out, "variance", 0.1).map(Math.abs),
  },
  without: d.batch <= d.chunkSize ? ["partial"] : [],
});

const adamDecays: readonly Readonly<Record<string, number>>[] = [
  {},
  { weightDecay: 0.1 },
  { decoupledWeightDecay: 0.5 },
];

export const denseCasesOf: CasesOf<
  "denseForward" | "denseInputGradient" | "denseWeightGradient" | "denseBiasGradient" | "denseWeightAdam"
> = {
  denseForward: {
    bound: 1e-13,
    outputs: ["output"],
    cases: ["none", "relu"].flatMap((activation) =>
      denseCases(forwardBuffers, {
        kernel: "denseForward",
        choices: { activation },
        variant: `, activation ${activation}`,
      }),
    ),
  },
  denseInputGradient: {
    bound: 2e-13,
    outputs: ["inputGradient"],
    cases: [true, false].flatMap((isMasked) =>
      denseCases(
        (d) => ({
          buffers: {
            ...gradientBuffers(d),
            weight: normals(d.in * d.out, "weight"),
            activated: normals(d.chunkSize * d.in, "activated"),
          },
          without: isMasked ? [] : ["activated"],
        }),
        { kernel: "denseInputGradient", variant: isMasked ? ", masked" : "" },
      ),
    ),
  },
  denseWeightGradient: {
    bound: 2e-13,
    outputs: ["weightGradient"],
    cases: denseCases((d) => ({ buffers: gradientBuffers(d) }), { kernel: "denseWeightGradient" }),
  },
  denseBiasGradient: {
    bound: 5e-13,
    outputs: ["biasGradient"],
    cases: denseCases((d) => ({ buffers: gradientBuffers(d) }), { kernel: "denseBiasGradient" }),
  },
  denseWeightAdam: {
    bound: 5e-13,
    outputs: ["weight", "mean", "variance", "magnitude", "squares"],
    cases: adamDecays.flatMap((decay) =>
      denseCases(adamBuffers, {
        kernel: "denseWeightAdam",
        slots: { settings: optimizerSettings("adam", decay) },
        variant: `, ${Object.keys(decay)[0] ?? "no decay"}`,
      }),
    ),
  },
};
