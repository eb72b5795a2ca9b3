/**
 * relu, tanh, sigmoid, leakyRelu (slope 0.01), elu (alpha 1), gelu (exact), silu, softplus (beta 1): as PyTorch's
 * functions do without settings. `identity` does nothing and costs nothing.
 */
export const activationNames = [
  "relu",
  "leakyRelu",
  "elu",
  "gelu",
  "silu",
  "tanh",
  "sigmoid",
  "softplus",
  "identity",
] as const;

export type ActivationName = (typeof activationNames)[number];
