import { optional } from "../../kernel.ts";
import { perWeight, sharedSlots, updateKernel } from "./shared.ts";

export const rmspropSlots = [...sharedSlots, "smoothing", "epsilon", "momentum"] as const;

/**
 * square = smoothing square + (1 - smoothing) g^2; with `mean`, which follows g likewise, the spread is
 * square - mean^2, else square; step = g / (sqrt(spread) + epsilon); with `velocity`,
 * velocity = momentum velocity + step is the step; weight -= learningRate step
 *
 * @see Tieleman, Hinton 2012, "Lecture 6.5: rmsprop"; Graves 2013, "Generating Sequences With Recurrent Neural
 *   Networks", sec. 4.2, for the centred variant; epsilon outside of the root as in PyTorch's RMSprop. A spread that
 *   rounding takes below 0 counts as 0.
 */
const rmspropUpdate = updateKernel(rmspropSlots, {
  square: perWeight,
  mean: optional(perWeight),
  velocity: optional(perWeight),
});

export const rmspropKernels = { rmspropUpdate };
