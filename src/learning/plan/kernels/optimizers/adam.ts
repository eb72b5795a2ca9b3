import { optional } from "../../kernel.ts";
import { advanceKernel, perWeight, sharedSlots, updateKernel } from "./shared.ts";

/** The last four are kept by `adamAdvance`; `biasCorrection` is 0 or 1. */
export const adamSlots = [
  ...sharedSlots,
  "beta1",
  "beta2",
  "epsilon",
  "biasCorrection",
  "beta1Power",
  "beta2Power",
  "stepRate",
  "varianceScale",
] as const;

/**
 * Begins step t: multiplies the powers; stepRate = learningRate / (1 - beta1^t), varianceScale = 1 / sqrt(1 - beta2^t),
 * or learningRate and 1 without bias correction.
 */
const adamAdvance = advanceKernel(adamSlots);

/**
 * mean and variance follow g and g^2; with `largest`, the largest variance so far stands for the variance;
 * weight -= stepRate mean / (sqrt(variance) varianceScale + epsilon)
 *
 * @see Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization", Alg. 1; Reddi, Kale, Kumar 2018, "On the
 *   Convergence of Adam and Beyond", Alg. 2, for `largest`, with bias correction as in PyTorch's Adam.
 */
const adamUpdate = updateKernel(adamSlots, {
  mean: perWeight,
  variance: perWeight,
  largest: optional(perWeight),
});

export const adamKernels = { adamAdvance, adamUpdate };
