/** What stands in for a missing number of a column. */
import type { PreprocessingDocument } from "./fields.ts";

export type FillName = Exclude<PreprocessingDocument["missing"], "refuse">;

/**
 * @param values the column's present values, at least one but for `zero`; they are reordered. Of an even number of values the
 *   median is the mean of the middle two; of equally frequent ones the smallest counts.
 */
export function fillValue(name: FillName, values: Float32Array): number {
  switch (name) {
    case "zero":
      return 0;
    case "mean":
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case "median": {
      values.sort();
      const middle = values.length >> 1;
      return values.length % 2 === 1 ? values[middle]! : (values[middle - 1]! + values[middle]!) / 2;
    }
    case "most-frequent":
      return mostFrequent(values.sort());
    default:
      return name satisfies never;
  }
}

/** @param sorted at least one */
function mostFrequent(sorted: Float32Array): number {
  let best = sorted[0]!;
  let longest = 0;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end += 1;
    if (end - start > longest) [best, longest] = [sorted[start]!, end - start];
  }
  return best;
}
