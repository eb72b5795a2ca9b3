/** The first rows of what is no picture, with the type of each column. */
import type { Dataset } from "../../../../learning/data/index.ts";
import type { CliContext } from "../../context.ts";
import { formatNumber } from "../../output/number.ts";
import { renderTable } from "../../output/table.ts";

/** More columns do not fit on a screen. */
const mostColumns = 20;

export interface TablePreview {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as text, the label or targets last. */
  readonly rows: readonly (readonly string[])[];
  /** Columns that are left out. */
  readonly more: number;
}

/** @param count rows */
export function previewTable({ examples, shape, columns, task }: Dataset, count: number): TablePreview {
  const width = shape.reduce((product, size) => product * size, 1);
  const shown = Math.min(width, mostColumns);
  const named = Array.from(
    { length: shown },
    (_, i) => columns?.[i] ?? { name: `feature${i + 1}`, categories: null },
  );
  const targets = task.kind === "regression" ? task.targetNames : ["class"];
  const valueText = (row: number, column: number) => {
    const value = examples.features[row * width + column]!;
    if (Number.isNaN(value)) return "";
    return named[column]!.categories?.[value] ?? formatNumber(value);
  };
  const labelText = (row: number, target: number) =>
    task.kind === "classification"
      ? task.classes[examples.labels[row]!]!
      : formatNumber(examples.labels[row * targets.length + target]!);
  return {
    columns: [
      ...named.map(({ name, categories }) => ({
        name,
        type: categories === null ? "number" : `${categories.length} names`,
      })),
      ...targets.map((name) => ({ name, type: "to predict" })),
    ],
    rows: Array.from({ length: Math.min(count, examples.count) }, (_, row) => [
      ...Array.from(named.keys(), (column) => valueText(row, column)),
      ...Array.from(targets.keys(), (target) => labelText(row, target)),
    ]),
    more: width - shown,
  };
}

export function renderTablePreview(preview: TablePreview, context: CliContext): string {
  const { columns, rows, more } = preview;
  const table = renderTable(
    columns.map(({ name, type }) => ({ title: name, align: type === "number" ? "right" : "left" })),
    [columns.map(({ type }) => type), ...rows],
    { style: context.styleOf("stdout"), width: context.width },
  );
  return more === 0 ? table : `${table}\nand ${more} more columns`;
}
