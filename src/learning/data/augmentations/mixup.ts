import { mixingSchema } from "./mixing.ts";

/**
 * Adds a part of another training example to each, and mixes the labels in the same shares. The share is drawn from a beta
 * distribution with parameters alpha, alpha; the example's own is the larger one. Alpha defaults to 0.2.
 *
 * @see Zhang et al. 2018, "mixup: Beyond Empirical Risk Minimization"
 */
export const mixup = mixingSchema({ alpha: 0.2, probability: 1 });
