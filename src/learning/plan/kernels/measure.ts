/** Measurements: they read what training computes and change slots and buffers of their own alone. */
import { choice, dimension, reads, slots, updates, type KernelSignature } from "../kernel.ts";

const batchByRuns = (d: Readonly<Record<string, number>>) => d.batch! * d.runs! * d.stride!;

/** Adds the sum of the absolute values of `values` [count] to `total`. */
const absoluteSum: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    values: reads((d) => d.count!),
    count: dimension,
    total: slots(1),
  },
};

/** The same, and adds the square root of the sum of squares to `norm`. */
const magnitudes: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    values: reads((d) => d.count!),
    count: dimension,
    total: slots(1),
    norm: slots(1),
  },
};

/** The same from what `denseWeightAdam` leaves: sums over rows of absolute values and of squares, and their unit. */
const rowMagnitudes: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    magnitude: reads((d) => d.count!),
    squares: reads((d) => d.count! + 16),
    count: dimension,
    total: slots(1),
    norm: slots(1),
  },
};

/**
 * Statistics of `values` [batch, runs, stride], of which `features` in each run count. `totals` gets added: their sum,
 * sum of absolute values, sum of squares, and how many are near an end of the activation's range, by a twentieth of the
 * range. `largest` [stride] keeps the largest absolute value of each feature.
 */
const activationStatistics: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    values: reads(batchByRuns),
    largest: updates((d) => d.stride!),
    runs: dimension,
    features: dimension,
    stride: dimension,
    range: choice("unbounded", "sigmoid", "tanh"),
    totals: slots(4),
  },
};

/** A bin for each sign and exponent of a float. */
export const histogramBins = 512;

/**
 * Counts `values` [batch, stride], padding too, by their upper nine bits: sign and exponent. Does nothing unless `isOn`
 * is 1.
 */
const histogramOfBatch: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    values: reads((d) => d.batch! * d.stride!),
    stride: dimension,
    counts: slots(histogramBins),
    isOn: slots(1),
  },
};

/** The same for `values` [count] that do not go with the batch. */
const histogramOfWhole: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    values: reads((d) => d.count!),
    count: dimension,
    counts: slots(histogramBins),
    isOn: slots(1),
  },
};

export const measureKernels = {
  absoluteSum,
  magnitudes,
  rowMagnitudes,
  activationStatistics,
  histogramOfBatch,
  histogramOfWhole,
};
