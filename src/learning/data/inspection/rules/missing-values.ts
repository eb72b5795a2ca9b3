import { counted } from "../data-finding.ts";
import { columnsWith, namesText, type DataRule } from "./rule.ts";

export const missingValues: DataRule = (data) => {
  const { features, isImage, columns, filling } = data;
  if (isImage && features.missing > 0) {
    return [
      {
        severity: "warning",
        message: `${counted(features.missing, "value")} of images are not a number: every loss they are part of is NaN.`,
        hint: "Replace them in the source.",
      },
    ];
  }
  const missing = columnsWith(data, (column) => column.missing > 0);
  if (missing.length === 0) return [];
  const cells = (columns ?? []).reduce((sum, column) => sum + column.missing, 0);
  return [
    {
      severity: filling === undefined ? "warning" : "note",
      message: `${counted(cells, "value")} missing in ${counted(missing.length, "column")}: ${namesText(missing)}.`,
      hint:
        filling === undefined
          ? "Say by `data.preprocessing.missing` what stands in for them: `mean`, `median`, `most-frequent` or `zero`."
          : `By \`data.preprocessing.missing: ${filling}\` something stands in for each.`,
    },
  ];
};
