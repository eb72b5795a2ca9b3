import {
  choice,
  dimension,
  distance,
  optional,
  accumulates,
  reads,
  slots,
  updates,
  writes,
  type BufferArgument,
  type Dimensions,
  type KernelSignature,
} from "../kernel.ts";
import { augmentPrimitiveSlots, augmentScratchFloats } from "./augment.ts";

/** Floats that say how an example is mixed. */
export const mixFloats = 8;

/** Places of a quantile function between 0 and 1, both of them included. */
export const mixQuantiles = 513;

const mixesOf = (d: Dimensions) => d.examples! * mixFloats;

/**
 * What `drawMixes` wrote, for a kernel that may be left without: `examples`, those of a step at most, is then 0. Of an
 * example that is not mixed the partner's share is 0.
 */
export const optionalMixes: BufferArgument = optional(reads(mixesOf));

/**
 * Draws for each example of the step another one to be mixed with, before the first chunk is worked through. `mixes`
 * [examples, 8] gets the partner's index divided by 65536, without its remainder, and the remainder; the partner's share;
 * 1 when a box of the partner is pasted and 0 when both are added up; the box as left, top, right, bottom.
 *
 * What is drawn is a function of key, epoch and example: word w of Philox block (b, example, epoch, 0), as a fraction of
 * 2^32, is draw 4 b + w. Draw 0 decides whether there is a mixture, 1 takes the partner from the examples' `partners`, 2 the
 * place in the quantiles of the larger share, between two of which a line is drawn, 3 whether it is a mixup, below 1/2, or a
 * cutmix, when both have a probability, 4 and 5 the pixel in the middle of the box.
 *
 * The box has sides of sqrt(share) of the image's, rounded down, and is cut off at the border; the share is then that of
 * its pixels.
 *
 * @see Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization"
 * @see Yun et al. 2019, "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable Features", Alg. A1
 */
const drawMixes: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    mixes: accumulates(mixesOf),
    examples: dimension,
    height: dimension,
    width: dimension,
    /** of a mixup, of a cutmix */
    probabilities: slots(2),
    mixupQuantiles: slots(mixQuantiles),
    cutmixQuantiles: slots(mixQuantiles),
    /** The stream's 64 bits, the lower 32 first. */
    key: slots(2),
    /** Counts from 1. */
    epoch: slots(1),
  },
};

/**
 * Mixes gathered examples with others, which are gathered as they were: with `primitives`, as `gatherAugmented` does; else
 * as `gatherBytes` or another of its family. `partner` [stride] is for the one at work.
 */
const mixFeatures: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    mixes: reads(mixesOf),
    features: updates((d) => d.batch! * d.stride!),
    partner: writes((d) => d.stride!),
    /** As `scratch` of `gatherAugmented`. */
    augmented: optional(writes(augmentScratchFloats)),
    featureScaling: optional(reads((d) => 2 * d.stride!)),
    examples: dimension,
    height: dimension,
    width: dimension,
    channels: dimension,
    stride: dimension,
    source: choice("bytes", "floats"),
    primitives: distance,
    program: slots((d) => d.primitives! * augmentPrimitiveSlots),
    fill: slots(2),
    key: slots(2),
    epoch: slots(1),
    scaling: slots(2),
  },
};

export const mixKernels = { drawMixes, mixFeatures };
