/**
 * Layer and group normalisation: each example by itself. Values are [batch, instances, pixels, stride], of which `channels`
 * count; the channels of an instance's pixels form `groups` of neighbours that are normalised together. `statistics` is
 * [batch, statisticsRow]: the mean of each group of each instance, then the inverse deviations.
 *
 * Sums within a group run in float64; those over pixels, where there are several groups, in float32 in blocks of 64.
 */
import {
  accumulates,
  choice,
  dimension,
  optional,
  reads,
  slots,
  writes,
  type KernelSignature,
} from "../kernel.ts";

type Dimensions = Readonly<Record<string, number>>;

const values = (d: Dimensions) => d.batch! * d.instances! * d.pixels! * d.stride!;
const statisticsOf = (d: Dimensions) => d.batch! * d.statisticsRow!;
/** As many as there can be; a scale for each channel takes one row of them. */
const weights = (d: Dimensions) => d.affineFloats!;
const rows = (count: number) => (d: Dimensions) => count * d.stride!;

const sizes = {
  instances: dimension,
  pixels: dimension,
  channels: dimension,
  stride: dimension,
  groups: dimension,
  statisticsRow: dimension,
};
const affineSizes = {
  /** Floats of scale and of shift: a row of channels, or one for each pixel of an instance. */
  affineFloats: dimension,
  affine: choice("perChannel", "perElement"),
  activation: choice("none", "relu"),
};

/** statistics = mean and 1 / sqrt(variance + epsilon), with the biased variance */
const groupStatistics: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    statistics: writes(statisticsOf),
    /** Two float64 for each channel. */
    scratch: writes(rows(4)),
    ...sizes,
    epsilon: slots(1),
  },
};

/** output = activation((input - mean) * inverse deviation * scale + shift), whose padding is 0 */
const groupNorm: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    statistics: reads(statisticsOf),
    scale: optional(reads(weights)),
    shift: optional(reads(weights)),
    scratch: writes(rows(3)),
    output: writes(values),
    ...sizes,
    ...affineSizes,
  },
};

/**
 * inputGradient = inverse deviation * (s - mean of s - normalised input * mean of s * normalised input), with means over the
 * group and s = scale * g, where g is outputGradient, or 0 where the relu is. The gradients of scale and shift are the sums
 * of g * normalised input and of g.
 */
const groupNormGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(values),
    statistics: reads(statisticsOf),
    outputGradient: reads(values),
    scale: optional(reads(weights)),
    shift: optional(reads(weights)),
    inputGradient: writes(values),
    scaleGradient: optional(accumulates(weights)),
    shiftGradient: optional(accumulates(weights)),
    scratch: writes(rows(9)),
    ...sizes,
    ...affineSizes,
  },
};

export const groupNormKernels = { groupStatistics, groupNorm, groupNormGradient };
