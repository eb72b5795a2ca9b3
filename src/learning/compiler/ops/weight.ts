import type { LoweringRules } from "../lowering.ts";

export const weightLowerings: LoweringRules<"weight"> = {
  weight: ({ draft }, { id, attributes: { weight } }) => {
    draft.weight(weight, id);
    return undefined;
  },
};
