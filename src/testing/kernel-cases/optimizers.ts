import { optimizerSlots, signatureOf, type KernelName } from "../../learning/plan/index.ts";
import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

type OptimizerName = keyof typeof optimizerSlots;
type Settings = Readonly<Record<string, number>>;

const steps = 3;
/** Any settings that a slot may hold after some steps. */
const usual: Settings = {
  learningRate: 0.01,
  weightDecay: 0,
  decoupledWeightDecay: 0,
  clipValue: (2 - 2 ** -23) * 2 ** 127,
  gradientFactor: 1,
  clipNorm: 2,
  squareSum: 0.25,
  l2Penalty: 0.1,
  averageDecay: 0.9,
  momentum: 0.9,
  dampening: 0.25,
  nesterov: 0,
  stepsDone: steps,
  gradientShare: 0.75,
  smoothing: 0.99,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  biasCorrection: 1,
  beta1Power: 0.9 ** steps,
  beta2Power: 0.999 ** steps,
  stepRate: 0.01 / (1 - 0.9 ** steps),
  meanScale: 1 / (1 - 0.9 ** steps),
  varianceScale: 1 / Math.sqrt(1 - 0.999 ** steps),
  momentumBase: 0.96 ** 0.004,
  momentumPower: 0.96 ** (0.004 * steps),
  momentumProduct: 0.45 ** steps,
  gradientRate: 0.006,
  meanRate: 0.005,
};

/** An optimiser's slots after some steps, in order. */
export const optimizerSettings = (optimizer: OptimizerName, changed: Settings = {}): number[] =>
  optimizerSlots[optimizer].map((name) => ({ ...usual, ...changed })[name]!);

const decays = { weightDecay: 0.1, decoupledWeightDecay: 0.5 };
const clips = { clipValue: 0.7, gradientFactor: 0.3 };

/** What all optimisers share. */
const sharedVariants: readonly Variant[] = [
  { name: "plain" },
  { name: "both decays", settings: decays, decay: "applied" },
  { name: "decays passed by", settings: decays },
  { name: "clipped, with decay", settings: { ...decays, ...clips }, decay: "applied" },
];

interface Variant {
  readonly name: string;
  readonly settings?: Settings;
  readonly decay?: "none" | "applied";
  readonly without?: readonly string[];
}

/** Weights come in whole cache lines. */
const counts = [16, 48, 1024];

const updateCases = (
  optimizer: OptimizerName,
  { others = [], without = [] }: { others?: readonly Variant[]; without?: readonly string[] } = {},
): KernelCase[] =>
  [...sharedVariants.map((variant) => ({ without, ...variant })), ...others].flatMap((variant) =>
    counts.map((count) => ({
      name: `${count} weights, ${variant.name}`,
      run: {
        kernel: `${optimizer}Update` as KernelName,
        dimensions: { count },
        choices: { decay: variant.decay ?? "none" },
        without: variant.without ?? [],
        buffers: contentOf(`${optimizer}Update` as KernelName, count),
        slots: { settings: optimizerSettings(optimizer, variant.settings) },
      },
    })),
  );

/** Means of squares are positive, and larger than the square of the mean beside them. */
const positive = new Set(["variance", "largest", "square", "squares", "stepSquare"]);

function contentOf(kernel: KernelName, count: number): Record<string, Float64Array> {
  const buffers = Object.entries(signatureOf(kernel).arguments).filter(([, { kind }]) => kind === "buffer");
  return Object.fromEntries(
    buffers.map(([name]) => {
      const values = normals(count, name, name === "weight" || name === "gradient" ? 1 : 0.1);
      return [name, positive.has(name) ? values.map((value) => Math.fround(Math.abs(value) + 0.1)) : values];
    }),
  );
}

const advanceCases = (optimizer: OptimizerName, variants: Record<string, Settings>) => ({
  bound: 0,
  outputs: ["settings"],
  cases: Object.entries(variants).map(([name, settings]) => ({
    name,
    run: {
      kernel: `${optimizer}Advance` as KernelName,
      slots: { settings: optimizerSettings(optimizer, settings) },
    },
  })),
});

const adamSteps = { "with correction": {}, "without correction": { biasCorrection: 0 } };

const gradientCases = (
  kernel: "addPenalty" | "addSquares" | "averageWeights",
  variants: Readonly<Record<string, { settings?: Settings; step?: number }>>,
): KernelCase[] =>
  Object.entries(variants).flatMap(([name, { settings, step = 3 }]) =>
    counts.map((count) => ({
      name: `${count} weights, ${name}`,
      run: {
        kernel,
        dimensions: { count },
        buffers: contentOf(kernel, count),
        slots: { settings: optimizerSettings("shared", settings), loss: [2], step: [step] },
        batch: 3,
      },
    })),
  );

export const optimizerCasesOf: CasesOf<
  | Extract<KernelName, `${Exclude<OptimizerName, "shared">}${"Advance" | "Update"}`>
  | "addPenalty"
  | "addSquares"
  | "limitNorm"
  | "averageWeights"
  | "countStep"
> = {
  addPenalty: {
    bound: 1e-14,
    outputs: ["gradient", "loss"],
    cases: gradientCases("addPenalty", { plain: {} }),
  },
  addSquares: {
    bound: 1e-14,
    outputs: ["settings"],
    cases: gradientCases("addSquares", {
      "a wide limit": { settings: { clipValue: 10 } },
      "a limit": { settings: { clipValue: 0.7 } },
    }),
  },
  limitNorm: {
    bound: 0,
    outputs: ["settings"],
    cases: Object.entries({ "a large norm": 16, "a small norm": 0.25, "no norm": 0 }).map(
      ([name, squareSum]) => ({
        name,
        run: { kernel: "limitNorm", slots: { settings: optimizerSettings("shared", { squareSum }) } },
      }),
    ),
  },
  averageWeights: {
    bound: 1e-14,
    outputs: ["average"],
    cases: gradientCases("averageWeights", { "a later step": {}, "the first step": { step: 0 } }),
  },
  sgdAdvance: advanceCases("sgd", { "first step": { stepsDone: 0 }, "later step": {} }),
  sgdUpdate: {
    bound: 1e-14,
    outputs: ["weight", "velocity"],
    cases: updateCases("sgd", {
      without: ["velocity"],
      others: [
        { name: "momentum", settings: decays, decay: "applied" },
        { name: "Nesterov momentum", settings: { nesterov: 1 } },
      ],
    }),
  },
  rmspropUpdate: {
    bound: 1e-12,
    outputs: ["weight", "square", "mean", "velocity"],
    cases: updateCases("rmsprop", {
      without: ["mean", "velocity"],
      others: [
        { name: "centred", without: ["velocity"] },
        { name: "momentum", without: ["mean"] },
        { name: "centred with momentum", settings: decays, decay: "applied" },
      ],
    }),
  },
  adamAdvance: advanceCases("adam", adamSteps),
  adamUpdate: {
    bound: 2e-14,
    outputs: ["weight", "mean", "variance", "largest"],
    cases: updateCases("adam", { without: ["largest"], others: [{ name: "largest variance" }] }),
  },
  nadamAdvance: advanceCases("nadam", { "a step": {} }),
  nadamUpdate: { bound: 2e-14, outputs: ["weight", "mean", "variance"], cases: updateCases("nadam") },
  adagradUpdate: { bound: 2e-14, outputs: ["weight", "squares"], cases: updateCases("adagrad") },
  adadeltaUpdate: {
    bound: 2e-13,
    outputs: ["weight", "square", "stepSquare"],
    cases: updateCases("adadelta"),
  },
  lionUpdate: { bound: 2e-14, outputs: ["weight", "mean"], cases: updateCases("lion") },
  lambAdvance: advanceCases("lamb", adamSteps),
  lambUpdate: {
    bound: 2e-14,
    outputs: ["weight", "mean", "variance"],
    cases: updateCases("lamb"),
  },
  countStep: {
    bound: 0,
    outputs: ["step"],
    cases: [{ name: "one step", run: { kernel: "countStep", slots: { step: [3] } } }],
  },
};
