import type { Loss } from "./loss.ts";

/** Each output is the logit of a probability of its own; targets are probabilities. */
export const binaryCrossEntropy: Loss = {
  tasks: ["classification", "regression"],
  targetRange: [0, 1],
  rule: () => ({ kind: "elementwise", function: "logistic", delta: 1 }),
};
