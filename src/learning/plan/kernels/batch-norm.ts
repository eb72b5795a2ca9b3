/**
 * Batch normalisation. Values are [batch, pixels, channels] with padded channels; a chunk is a whole batch. `statistics`,
 * `sums` and `factors` hold two rows of channels. Without `scale` and `shift` they count as 1 and 0.
 *
 * Sums over rows run in float32 within blocks of 64 rows and in float64 over the blocks. Moments are taken about the first
 * row of each block and joined by Chan's formula, so that a mean far from 0 costs no digits of the variance.
 *
 * @see Chan et al. 1983, "Algorithms for Computing the Sample Variance"
 */
import {
  accumulates,
  choice,
  dimension,
  optional,
  reads,
  slots,
  updates,
  writes,
  type KernelSignature,
} from "../kernel.ts";

type Dimensions = Readonly<Record<string, number>>;

const values = (d: Dimensions) => d.batch! * d.pixels! * d.channels!;
const row = (d: Dimensions) => d.channels!;
const rows = (count: number) => (d: Dimensions) => count * d.channels!;

const sizes = { pixels: dimension, channels: dimension };
const affine = { scale: optional(reads(row)), shift: optional(reads(row)) };
const activation = choice("none", "relu");
/** momentum, epsilon */
const settings = slots(2);

/**
 * statistics = [mean, 1 / sqrt(variance + epsilon)] of each channel, with the biased variance. The running averages move by
 * `momentum` towards the mean and the unbiased variance, unless there is one value alone.
 */
const batchStatistics: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    statistics: writes(rows(2)),
    /** Two float64 for each channel. */
    scratch: writes(rows(4)),
    runningMean: updates(row),
    runningVariance: updates(row),
    ...sizes,
    settings,
  },
};

/** output = activation((input - mean) * inverse deviation * scale + shift) */
const batchNorm: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    statistics: reads(rows(2)),
    ...affine,
    scratch: writes(rows(2)),
    output: writes(values),
    ...sizes,
    activation,
  },
};

/**
 * sums = [sum of g * normalised input, sum of g], where g is outputGradient, or 0 where the relu is. They are the gradients
 * of scale and shift too, where those are given, added up over the batches of a step.
 */
const batchNormSums: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    statistics: reads(rows(2)),
    outputGradient: reads(values),
    ...affine,
    sums: writes(rows(2)),
    scaleGradient: optional(accumulates(row)),
    shiftGradient: optional(accumulates(row)),
    /** Two float64 for each channel and two rows. */
    scratch: writes(rows(6)),
    ...sizes,
    activation,
  },
};

/** inputGradient = scale * inverse deviation * (g - (sum of g + normalised input * sum of g * normalised input) / rows) */
const batchNormGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    statistics: reads(rows(2)),
    outputGradient: reads(values),
    ...affine,
    sums: reads(rows(2)),
    inputGradient: writes(values),
    scratch: writes(rows(4)),
    ...sizes,
    activation,
  },
};

/** factors = [f, shift - mean * f] with f = scale / sqrt(variance + epsilon): what evaluation has left of it. */
const batchNormFactors: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    mean: reads(row),
    variance: reads(row),
    ...affine,
    factors: writes(rows(2)),
    channels: dimension,
    settings,
  },
};

/** output = activation(input * first row of factors + second row) */
const scaleShift: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    factors: reads(rows(2)),
    output: writes(values),
    ...sizes,
    activation,
  },
};

/**
 * scaled = weight * factor of its column, in panels; shift = bias * factor + second row of factors. Made in the first chunk
 * of a step, and kept for the others.
 */
const scaleColumns: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    weight: reads((d) => d.rows! * d.columns!),
    factors: reads((d) => 2 * d.columns!),
    bias: optional(reads((d) => d.columns!)),
    scaled: accumulates((d) => d.rows! * d.columns!),
    shift: accumulates((d) => d.columns!),
    rows: dimension,
    columns: dimension,
  },
};

export const batchNormKernels = {
  batchStatistics,
  batchNorm,
  batchNormSums,
  batchNormGradient,
  batchNormFactors,
  scaleShift,
  scaleColumns,
};
