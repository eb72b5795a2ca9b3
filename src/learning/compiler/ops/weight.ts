import type { LoweringRules } from "../lowering.ts";

export const weightLowerings: LoweringRules<"weight"> = {
  weight: ({ draft }, node) => {
    const { weight, isAveraged = false } = node.attributes;
    if (isAveraged) draft.trainedWeight(weight, node);
    else draft.weight(weight, node);
    return undefined;
  },
};
