import type { LoweringRules } from "../lowering.ts";

export const weightLowerings: LoweringRules<"weight"> = {
  weight: ({ draft }, node) => {
    draft.weight(node.attributes.weight, node);
    return undefined;
  },
};
