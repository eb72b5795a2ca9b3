export const activationNames = ["relu", "tanh", "sigmoid"] as const;

export type ActivationName = (typeof activationNames)[number];
