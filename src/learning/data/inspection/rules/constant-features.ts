import type { DataRule } from "./rule.ts";

export const constantFeatures: DataRule = ({ features, valueCount }) =>
  features.constant < valueCount
    ? []
    : [
        {
          severity: "warning",
          message: "All training examples are the same: there is nothing to tell them apart by.",
          hint: "Look at them by `tunesmith data preview TARGET`.",
        },
      ];
