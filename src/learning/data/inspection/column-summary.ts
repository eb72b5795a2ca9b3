/** A table column by column. */
import type { Column, Dataset } from "../dataset.ts";

export interface ColumnSummary {
  readonly name: string;
  readonly kind: "number" | "names";
  readonly missing: number;
  /** Different values, counted up to the number of examples. */
  readonly distinct: number;
  /** Of a column of numbers with any values. */
  readonly numbers: {
    readonly minimum: number;
    readonly maximum: number;
    readonly mean: number;
    readonly deviation: number;
    /** The largest distance from the median, in interquartile ranges; 0 where that range is none. */
    readonly reach: number;
    /** No value has a fraction. */
    readonly areWhole: boolean;
  } | null;
  /** Of a column of names: the commonest, at most five. */
  readonly commonest: readonly { readonly name: string; readonly count: number }[];
}

/** More columns are not a table that somebody reads. */
const mostColumns = 1000;
const mostNames = 5;

/** One for each column of a table, or of rows of numbers; null for images and the like. */
export function summarizeColumns(
  { examples, shape, columns }: Pick<Dataset, "examples" | "shape" | "columns">,
  indices: Int32Array,
): readonly ColumnSummary[] | null {
  if (shape.length !== 1 || shape[0]! > mostColumns) return null;
  const width = shape[0]!;
  const named = columns ?? numbered(width);
  return named.map((column, place) => {
    const values = new Float32Array(indices.length);
    indices.forEach((index, i) => (values[i] = examples.features[index * width + place]!));
    return summarize(column, values);
  });
}

function numbered(width: number): Column[] {
  return Array.from({ length: width }, (_, i) => ({ name: `feature${i + 1}`, categories: null }));
}

function summarize({ name, categories }: Column, all: Float32Array): ColumnSummary {
  const values = all.filter((value) => !Number.isNaN(value)).sort();
  const counts: [value: number, count: number][] = [];
  for (const value of values) {
    const last = counts.at(-1);
    if (last !== undefined && last[0] === value) last[1] += 1;
    else counts.push([value, 1]);
  }
  const summary = { name, missing: all.length - values.length, distinct: counts.length };
  if (categories !== null) {
    const commonest = counts
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, mostNames)
      .map(([value, count]) => ({ name: categories[value] ?? String(value), count }));
    return { ...summary, kind: "names", numbers: null, commonest };
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const numbers =
    values.length === 0
      ? null
      : {
          minimum: values[0]!,
          maximum: values.at(-1)!,
          mean,
          deviation: Math.sqrt(variance),
          reach: reachOf(values),
          areWhole: values.every((value) => Number.isInteger(value)),
        };
  return { ...summary, kind: "number", numbers, commonest: [] };
}

/** A few far values move mean and standard deviation, but not quartiles. */
function reachOf(sorted: Float32Array): number {
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  const range = at(0.75) - at(0.25);
  return range > 0 ? Math.max(at(1) - at(0.5), at(0.5) - at(0)) / range : 0;
}
