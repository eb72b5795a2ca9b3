/**
 * What is known of tuning a multilayer perceptron, as a formula: the best rate depends on the optimiser, the batch and the
 * width; too small a rate learns slowly, too large a one diverges; large models need decay or dropout, which stand for one
 * another along a ridge.
 */
import { createSpace, type Configuration } from "../../../src/search/index.ts";
import { numbersOf, square, type Problem } from "./problem.ts";

/** [log10 of the best rate at batch 64 and width 128, how much of a larger batch it follows, error above the best optimiser] */
const optimizers: Readonly<Record<string, readonly [number, number, number]>> = {
  sgd: [-0.7, 1, 0.012],
  momentum: [-1.7, 1, 0.004],
  adam: [-2.9, 0.5, 0],
  rmsprop: [-3.2, 0.5, 0.006],
};

const space = createSpace([
  { name: "rate", distribution: { kind: "float", low: 1e-5, high: 1, scale: "log" } },
  { name: "batch", distribution: { kind: "ordinal", values: [16, 32, 64, 128, 256, 512] } },
  { name: "layers", distribution: { kind: "integer", low: 1, high: 5 } },
  { name: "width", distribution: { kind: "integer", low: 16, high: 1024, scale: "log" } },
  { name: "dropout", distribution: { kind: "float", low: 0, high: 0.8, step: 0.1 } },
  { name: "optimizer", distribution: { kind: "categorical", values: Object.keys(optimizers) } },
  { name: "decay", distribution: { kind: "float", low: 1e-7, high: 1e-1, scale: "log" } },
]);

/** From about 0.08 to 0.9. */
function errorOf(configuration: Configuration): number {
  const at = numbersOf(configuration);
  const [rate, follows, handicap] = optimizers[String(configuration["optimizer"])]!;
  const width = Math.log2(at("width"));
  const best = rate + follows * Math.log10(at("batch") / 64) - 0.12 * (width - 7) - 0.1 * (at("layers") - 2);
  const off = Math.log10(at("rate")) - best;
  const slowness = off < 0 ? 0.12 * square(off) : 0.25 * square(off) + 0.2 * square(square(off));
  const capacity = width + 0.9 * at("layers");
  const regularization = 5 * at("dropout") + 0.7 * Math.max(0, Math.log10(at("decay")) + 5);
  const underfit = Math.exp(-0.55 * (capacity - 3));
  const mismatch = regularization - 0.3 * (capacity - 6);
  const batchPenalty = 0.002 * square(Math.log2(at("batch") / 64));
  const floor =
    0.08 +
    handicap +
    0.4 * underfit +
    0.006 * square(mismatch) +
    0.004 * square(at("layers") - 3) +
    batchPenalty;
  return floor + Math.max(0, 0.9 - floor) * (1 - Math.exp(-slowness));
}

export const perceptron: Problem = {
  name: "perceptron",
  kind: "mixed",
  challenge: "seven parameters of all kinds that depend on each other",
  space,
  evaluate: (configuration) => [errorOf(configuration)],
};

export const noisyPerceptron: Problem = {
  name: "perceptron-noisy",
  kind: "noisy",
  challenge: "the same, noise of a deviation of 0.01 as between seeds",
  space,
  evaluate: (configuration) => [errorOf(configuration)],
  noise: 0.01,
};

export const perceptronAndTime: Problem = {
  name: "perceptron-time",
  kind: "two objectives",
  challenge: "error against the logarithm of time",
  space,
  reference: [0.9, 4],
  evaluate(configuration) {
    const at = numbersOf(configuration);
    const work = at("layers") * square(at("width")) + 784 * at("width");
    return [errorOf(configuration), Math.log10(work * (1 + 16 / at("batch"))) - 3];
  },
};
