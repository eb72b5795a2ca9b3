import { advanceKernel, perWeight, sharedSlots, updateKernel } from "./shared.ts";

/** The last four are kept by `lambAdvance`; `biasCorrection` is 0 or 1. */
export const lambSlots = [
  ...sharedSlots,
  "beta1",
  "beta2",
  "epsilon",
  "biasCorrection",
  "beta1Power",
  "beta2Power",
  "meanScale",
  "varianceScale",
] as const;

/** Begins step t: multiplies the powers; meanScale = 1 / (1 - beta1^t), varianceScale = 1 / sqrt(1 - beta2^t), or 1. */
const lambAdvance = advanceKernel(lambSlots);

/**
 * mean and variance follow g and g^2;
 * direction = meanScale mean / (sqrt(variance) varianceScale + epsilon) + decoupledWeightDecay weight;
 * weight -= learningRate direction |weight| / |direction|, where a ratio with a 0 in it counts as 1. Norms are over the
 * call's whole weight. The decoupled decay is a part of the direction here and not taken off beforehand.
 *
 * @see You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes", Alg. 2, with the
 *   identity as the scaling function
 */
const lambUpdate = updateKernel(lambSlots, { mean: perWeight, variance: perWeight });

export const lambKernels = { lambAdvance, lambUpdate };
