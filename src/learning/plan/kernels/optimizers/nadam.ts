import { advanceKernel, perWeight, sharedSlots, updateKernel } from "./shared.ts";

/** `momentumBase` is 0.96^momentumDecay. The last six are kept by `nadamAdvance`. */
export const nadamSlots = [
  ...sharedSlots,
  "beta1",
  "beta2",
  "epsilon",
  "momentumBase",
  "momentumPower",
  "momentumProduct",
  "beta2Power",
  "gradientRate",
  "meanRate",
  "varianceScale",
] as const;

/**
 * Begins step t. With momentum(t) = beta1 (1 - 0.5 * 0.96^(t momentumDecay)) and its product P(t) over the steps:
 * gradientRate = learningRate (1 - momentum(t)) / (1 - P(t)),
 * meanRate = learningRate momentum(t + 1) / (1 - P(t + 1)), varianceScale = 1 / sqrt(1 - beta2^t).
 */
const nadamAdvance = advanceKernel(nadamSlots);

/**
 * mean and variance follow g and g^2;
 * weight -= (gradientRate g + meanRate mean) / (sqrt(variance) varianceScale + epsilon)
 *
 * @see Dozat 2016, "Incorporating Nesterov Momentum into Adam", Alg. 8; the momentum's schedule as in PyTorch's NAdam.
 */
const nadamUpdate = updateKernel(nadamSlots, { mean: perWeight, variance: perWeight });

export const nadamKernels = { nadamAdvance, nadamUpdate };
