import { optional } from "../../kernel.ts";
import { advanceKernel, perWeight, sharedSlots, updateKernel } from "./shared.ts";

/** The last two are kept by `sgdAdvance`; `nesterov` is 0 or 1. */
export const sgdSlots = [
  ...sharedSlots,
  "momentum",
  "dampening",
  "nesterov",
  "stepsDone",
  "gradientShare",
] as const;

/** gradientShare = 1 in the first step, 1 - dampening later. */
const sgdAdvance = advanceKernel(sgdSlots);

/**
 * velocity = momentum velocity + gradientShare g; weight -= learningRate velocity, or with `nesterov`
 * weight -= learningRate (g + momentum velocity). Without `velocity`, weight -= learningRate g.
 *
 * @see Sutskever, Martens, Dahl, Hinton 2013, "On the importance of initialization and momentum in deep learning";
 *   the velocity is not scaled by the rate and the first step is not dampened, as in PyTorch's SGD.
 */
const sgdUpdate = updateKernel(sgdSlots, { velocity: optional(perWeight) });

export const sgdKernels = { sgdAdvance, sgdUpdate };
