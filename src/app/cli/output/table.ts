import { emphasisPattern, fitText, plainStyle, textWidth, type Style } from "./style.ts";

export interface TableColumn {
  readonly title: string;
  /** Numbers stand to the right. Defaults to `left`. */
  readonly align?: "left" | "right";
}

export interface TableOptions {
  readonly style?: Style;
  /** Columns of the terminal; cells are cut from the widest column on. Unlimited when not given. */
  readonly width?: number | undefined;
}

const gap = "  ";
/** A cell is not cut below this. */
const narrowestCell = 8;

/** Rows under their titles, as text without a final line break. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { style = plainStyle, width }: TableOptions = {},
): string {
  const cells = rows.map((row) => row.map(oneLine));
  const widths = columns.map(({ title }, i) =>
    Math.max(textWidth(title), ...cells.map((row) => textWidth(row[i] ?? ""))),
  );
  if (width !== undefined) shrink(widths, width);
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => {
        const text = fitText(cell, widths[i]!);
        const padding = " ".repeat(widths[i]! - textWidth(text));
        return columns[i]!.align === "right" ? padding + text : text + padding;
      })
      .join(gap)
      .trimEnd();
  return [style.faint(line(columns.map(({ title }) => title))), ...cells.map(line)].join("\n");
}

function shrink(widths: number[], available: number): void {
  let excess = widths.reduce((sum, w) => sum + w + gap.length, -gap.length) - available;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= narrowestCell) return;
    widths[widest]! -= 1;
    excess -= 1;
  }
}

const strayControl = new RegExp(`(?!${emphasisPattern})\\p{Cc}`, "gu");

/** Names and messages come from files: no control characters reach the terminal by way of a table. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").replaceAll(strayControl, "");
}

/** `name  value` lines, names padded to one width. */
export function renderFields(
  fields: readonly (readonly [string, string])[],
  style: Style = plainStyle,
): string {
  const width = Math.max(0, ...fields.map(([name]) => textWidth(name)));
  return fields
    .map(([name, value]) => `${style.faint(name)}${" ".repeat(width - textWidth(name))}  ${value}`.trimEnd())
    .join("\n");
}
