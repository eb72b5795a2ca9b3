/**
 * Calls of every kernel over shapes that reach each branch: one example and odd counts, full and partial chunks, panels
 * of 32 columns, tails of 16, tiles across two panels, sums longer than one block, a single class.
 */
import { RandomStream, toSeed } from "../base/index.ts";
import type { KernelName } from "../learning/plan/index.ts";
import type { KernelRun } from "./plan-fixture.ts";

export interface KernelCase {
  readonly name: string;
  readonly run: KernelRun;
}

export interface KernelCases {
  /** What the kernel is for; its other buffers are scratch. Slots count as one. */
  readonly outputs: readonly string[];
  readonly cases: readonly KernelCase[];
}

/** Examples in the step and in a chunk. */
const batches: readonly (readonly [batch: number, chunkSize: number])[] = [
  [1, 1],
  [5, 5],
  [37, 16],
  [128, 128],
  [250, 100],
];
/** For kernels that take each row by itself. */
const smallBatches = batches.slice(0, 3);

/** Padded features in and out. */
const panels: readonly (readonly [inFeatures: number, outFeatures: number])[] = [
  [16, 16],
  [32, 48],
  [80, 64],
  [144, 112],
  [288, 80],
];

/** Features and stride of rows. */
const rows: readonly (readonly [features: number, stride: number])[] = [
  [1, 16],
  [10, 16],
  [16, 16],
  [33, 48],
];

/** Normal numbers that float32 holds exactly. */
export function normals(length: number, name: string, scale = 1): Float64Array {
  const stream = new RandomStream(toSeed(1), "kernel cases", name);
  return Float64Array.from({ length }, (_, index) => Math.fround(stream.normal(index) * scale));
}

const adamSettings = (weightDecay: number) => {
  const [rate, beta1, beta2, steps] = [0.01, 0.9, 0.999, 3];
  const powers = [beta1 ** steps, beta2 ** steps] as const;
  const derived = [rate / (1 - powers[0]), 1 / Math.sqrt(1 - powers[1])];
  return [rate, beta1, beta2, 1e-8, weightDecay, ...powers, ...derived];
};

const forEachShape = (
  sizes: readonly (readonly [number, number])[],
  tried: typeof batches,
  make: (batch: number, chunkSize: number, a: number, b: number) => KernelCase,
) => sizes.flatMap(([a, b]) => tried.map(([batch, chunkSize]) => make(batch, chunkSize, a, b)));

type MakeCase = Parameters<typeof forEachShape>[2];
const forEachPanels = (make: MakeCase) => forEachShape(panels, batches, make);
const forEachRows = (make: MakeCase) => forEachShape(rows, smallBatches, make);

const denseCases = (
  buffers: (sizes: {
    batch: number;
    chunkSize: number;
    in: number;
    out: number;
  }) => Pick<KernelRun, "buffers" | "without">,
  { kernel, variant = "", ...rest }: Pick<KernelRun, "kernel" | "choices" | "slots"> & { variant?: string },
): KernelCase[] =>
  forEachPanels((batch, chunkSize, inFeatures, outFeatures) => ({
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

/** Outputs of an activation stay below 0.95, where 1 - y^2 keeps its digits in float32. */
const activationCases = (
  kernel: "activationForward" | "activationGradient",
  buffers: (floats: number) => Record<string, Float64Array>,
): KernelCase[] =>
  ["relu", "tanh", "sigmoid"].flatMap((activation) =>
    forEachRows((batch, chunkSize, features, stride) => ({
      name: `${activation} of ${features} in ${stride}, ${batch} examples by ${chunkSize}`,
      run: {
        kernel,
        dimensions: { features, stride },
        choices: { activation },
        batch,
        chunkSize,
        buffers: buffers(chunkSize * stride),
      },
    })),
  );

const lossCases: KernelCase[] = [true, false].flatMap((withGradient) =>
  forEachRows((batch, chunkSize, classes, stride) => ({
    name: `${classes} classes in ${stride}, ${batch} examples by ${chunkSize}${withGradient ? "" : ", loss alone"}`,
    run: {
      kernel: "softmaxCrossEntropy",
      dimensions: { classes, stride },
      batch,
      chunkSize,
      without: withGradient ? [] : ["gradient"],
      // The columns past the classes hold numbers too: they must not count.
      buffers: {
        logits: normals(chunkSize * stride, "logits", 3),
        labels: normals(chunkSize, "labels").map((x) => Math.floor(Math.abs(x) * 1000) % classes),
      },
      slots: { totals: [0.5, 2] },
    },
  })),
);

const gatherCases = (kernel: "gatherBytes" | "gatherFloats"): KernelCase[] =>
  forEachRows((batch, chunkSize, features, stride) => {
    const count = batch + 3;
    const content = normals(count * features, "examples");
    return {
      name: `${features} in ${stride}, ${batch} examples by ${chunkSize}`,
      run: {
        kernel,
        dimensions: { features, stride },
        batch,
        chunkSize,
        slots: { scaling: [1 / 255, -0.5] },
        examples: {
          features:
            kernel === "gatherBytes"
              ? Uint8Array.from(content, (x) => Math.abs(x) * 80)
              : Float32Array.from(content),
          labels: new Uint8Array(count),
        },
        order: Int32Array.from({ length: batch }, (_, index) => (index * 7) % count),
      },
    };
  });

const labelCases: KernelCase[] = batches.map(([batch, chunkSize]) => ({
  name: `${batch} examples by ${chunkSize}`,
  run: {
    kernel: "gatherLabels",
    batch,
    chunkSize,
    examples: {
      features: new Uint8Array(batch),
      labels: Uint8Array.from({ length: batch }, (_, index) => index % 256),
    },
    order: Int32Array.from({ length: batch }, (_, index) => batch - 1 - index),
  },
}));

/** Weights come in whole cache lines. */
const counts = [16, 48, 1024];

const updateCases = (
  kernel: "adamUpdate" | "sgdUpdate",
  variants: readonly { name: string; settings: readonly number[]; without?: readonly string[] }[],
): KernelCase[] =>
  variants.flatMap(({ name, settings, without = [] }) =>
    counts.map((count) => ({
      name: `${count} weights, ${name}`,
      run: {
        kernel,
        dimensions: { count },
        without,
        buffers: {
          weight: normals(count, "weight"),
          gradient: normals(count, "gradient"),
          mean: normals(count, "mean", 0.1),
          variance: normals(count, "variance", 0.1).map(Math.abs),
          velocity: normals(count, "velocity"),
        },
        slots: { settings },
      },
    })),
  );

export const kernelCases: Readonly<Record<KernelName, KernelCases>> = {
  gatherBytes: { outputs: ["output"], cases: gatherCases("gatherBytes") },
  gatherFloats: { outputs: ["output"], cases: gatherCases("gatherFloats") },
  gatherLabels: { outputs: ["output"], cases: labelCases },
  denseForward: {
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
    outputs: ["weightGradient"],
    cases: denseCases((d) => ({ buffers: gradientBuffers(d) }), { kernel: "denseWeightGradient" }),
  },
  denseBiasGradient: {
    outputs: ["biasGradient"],
    cases: denseCases((d) => ({ buffers: gradientBuffers(d) }), { kernel: "denseBiasGradient" }),
  },
  denseWeightAdam: {
    outputs: ["weight", "mean", "variance", "magnitude"],
    cases: [0, 0.1].flatMap((weightDecay) =>
      denseCases(adamBuffers, {
        kernel: "denseWeightAdam",
        slots: { settings: adamSettings(weightDecay) },
        variant: `, weight decay ${weightDecay}`,
      }),
    ),
  },
  activationForward: {
    outputs: ["output"],
    cases: activationCases("activationForward", (floats) => ({ input: normals(floats, "input", 3) })),
  },
  activationGradient: {
    outputs: ["inputGradient"],
    cases: activationCases("activationGradient", (floats) => ({
      output: normals(floats, "output").map((x) => Math.fround(0.95 * Math.tanh(x))),
      outputGradient: normals(floats, "output gradient"),
    })),
  },
  softmaxCrossEntropy: { outputs: ["gradient", "totals"], cases: lossCases },
  adamAdvance: {
    outputs: ["settings"],
    cases: [0, 0.1].map((weightDecay) => ({
      name: `weight decay ${weightDecay}`,
      run: { kernel: "adamAdvance", slots: { settings: adamSettings(weightDecay) } },
    })),
  },
  adamUpdate: {
    outputs: ["weight", "mean", "variance"],
    cases: updateCases("adamUpdate", [
      { name: "no decay", settings: adamSettings(0) },
      { name: "decay", settings: adamSettings(0.1) },
    ]),
  },
  sgdUpdate: {
    outputs: ["weight", "velocity"],
    cases: updateCases("sgdUpdate", [
      { name: "plain", settings: [0.1, 0, 0], without: ["velocity"] },
      { name: "decay alone", settings: [0.1, 0, 0.01], without: ["velocity"] },
      { name: "momentum and decay", settings: [0.1, 0.9, 0.01] },
    ]),
  },
  absoluteSum: {
    outputs: ["total"],
    cases: [1, 7, 16, 17, 1000].map((count) => ({
      name: `${count} values`,
      run: {
        kernel: "absoluteSum",
        dimensions: { count },
        buffers: { values: normals(count, "values") },
        slots: { total: [0.25] },
      },
    })),
  },
};
