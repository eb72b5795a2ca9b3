import type { Loss } from "./loss.ts";

/** Of the class against the softmax of the outputs. */
export const crossEntropy: Loss = {
  tasks: ["classification"],
  rule: ({ labelSmoothing, classWeights }, outputs) => ({
    kind: "cross-entropy",
    labelSmoothing,
    classWeights: classWeights ?? Array.from({ length: outputs }, () => 1),
  }),
};
