import type { ColumnSummary } from "../column-summary.ts";
import { columnsWith, namesText, type DataRule } from "./rule.ts";

/** Fewer rows have different values by chance. */
const fewestIds = 20;

export const idLikeColumns: DataRule = (data) => {
  const rows = data.counts.train;
  const ids = rows < fewestIds ? [] : columnsWith(data, (column) => isIdLike(column, rows));
  if (ids.length === 0) return [];
  return [
    {
      severity: "warning",
      message: `Another value in every row, as a number or name of the row has: ${namesText(ids)}. A model learns such rows by heart.`,
      hint: "Leave them out by `ignore`.",
    },
  ];
};

/** Names or whole numbers that are all different, or all but a few copies and numbered through. */
function isIdLike({ kind, distinct, numbers, missing }: ColumnSummary, rows: number): boolean {
  if (missing > 0 || (kind !== "names" && numbers?.areWhole !== true)) return false;
  if (distinct === rows) return true;
  const isNumbered = numbers !== null && numbers.maximum - numbers.minimum < 2 * rows;
  return isNumbered && distinct >= 0.95 * rows;
}
