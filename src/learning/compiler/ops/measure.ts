import type { LoweringRules } from "../lowering.ts";

export const measureLowerings: LoweringRules<"absoluteSum"> = {
  absoluteSum: ({ draft, value }, { inputs, attributes: { slot } }) => ({
    kernel: "absoluteSum",
    arguments: {
      values: value(inputs[0]!),
      count: draft.floatsOf(value(inputs[0]!)),
      total: draft.slot(slot),
    },
  }),
};
