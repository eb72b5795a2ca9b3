import { counted } from "../data-finding.ts";
import { columnsWith, namesText, type DataRule } from "./rule.ts";

export const constantColumns: DataRule = (data) => {
  const constant = columnsWith(data, (column) => column.distinct <= 1);
  if (constant.length === 0) return [];
  return [
    {
      severity: "warning",
      message: `${counted(constant.length, "column")} with one value in every training example: ${namesText(constant)}.`,
      hint: "They teach nothing: leave them out by `ignore`.",
    },
  ];
};
