import { perWeight, sharedSlots, updateKernel } from "./shared.ts";

export const lionSlots = [...sharedSlots, "beta1", "beta2"] as const;

/**
 * weight -= learningRate sign(beta1 mean + (1 - beta1) g); mean = beta2 mean + (1 - beta2) g
 *
 * @see Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms", Alg. 2
 */
const lionUpdate = updateKernel(lionSlots, { mean: perWeight });

export const lionKernels = { lionUpdate };
