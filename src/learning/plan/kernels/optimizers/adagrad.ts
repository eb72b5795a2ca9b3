import { perWeight, sharedSlots, updateKernel } from "./shared.ts";

export const adagradSlots = [...sharedSlots, "epsilon"] as const;

/**
 * squares += g^2; weight -= learningRate g / (sqrt(squares) + epsilon)
 *
 * @see Duchi, Hazan, Singer 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", Fig. 1
 */
const adagradUpdate = updateKernel(adagradSlots, { squares: perWeight });

export const adagradKernels = { adagradUpdate };
