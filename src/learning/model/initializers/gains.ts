import type { ActivationName } from "../activation.ts";

/**
 * PyTorch's `calculate_gain`. Functions that it does not list have that of the relu where they resemble it; softplus has that
 * of a line.
 */
export const gains: Readonly<Record<ActivationName, number>> = {
  relu: Math.SQRT2,
  leakyRelu: Math.sqrt(2 / (1 + 0.01 ** 2)),
  elu: Math.SQRT2,
  gelu: Math.SQRT2,
  silu: Math.SQRT2,
  tanh: 5 / 3,
  sigmoid: 1,
  softplus: 1,
  identity: 1,
};
