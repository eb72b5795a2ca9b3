import { TunesmithError } from "../../../base/index.ts";
import type { OwnFile } from "../sources/own-file.ts";
import type { SourceOptions } from "../sources/source.ts";
import { readRows, type RowBatch } from "./rows.ts";
import { TableColumn, type ColumnContent } from "./table-column.ts";
import { columnNames, type FirstLine, type TableLayout } from "./table-layout.ts";
import type { TableSettings } from "./table-settings.ts";

/** The columns of a file that have a use, read whole. */
export interface Table {
  readonly path: string;
  readonly count: number;
  readonly features: readonly TableColumn[];
  readonly targets: readonly TableColumn[];
  readonly group: TableColumn | null;
  /** Columns of names that also hold numbers: for each the first cell that is none. */
  readonly mixed: readonly MixedColumn[];
}

export interface MixedColumn {
  readonly name: string;
  readonly line: number;
  readonly text: string;
}

export interface ReadTableOptions {
  readonly file: OwnFile;
  readonly settings: TableSettings;
  readonly source: Pick<SourceOptions, "signal" | "onReading">;
  /** What to call the file in the progress. */
  readonly name: string;
  readonly layOut: (names: readonly string[], first: FirstLine) => TableLayout;
  /** What a column must hold where that is known from elsewhere. */
  readonly contentOf: (column: string) => ColumnContent;
}

/**
 * Reads a file once; again when a column that starts with numbers turns out to hold names.
 *
 * @throws INVALID_DATA, INVALID_DOCUMENT
 */
export async function readTable(options: ReadTableOptions): Promise<Table> {
  let mixed: MixedColumn[] = [];
  for (;;) {
    const contentOf = (column: string) =>
      mixed.some(({ name }) => name === column) ? "names" : options.contentOf(column);
    const table = await readOnce({ ...options, contentOf });
    const columns = [...table.features, ...table.targets];
    const mistaken = columns.filter(({ mustBeNames }) => mustBeNames);
    if (mistaken.length === 0) {
      for (const column of columns) column.finish();
      return { ...table, mixed };
    }
    mixed = mistaken.map(({ name, firstText }) => ({ name, ...firstText! }));
  }
}

async function readOnce(options: ReadTableOptions): Promise<Omit<Table, "mixed">> {
  const { file, settings, source, name, layOut, contentOf } = options;
  const { path } = file;
  const missing = new Set(settings.missing);
  let layout: TableLayout | undefined;
  let columns: { column: TableColumn; index: number }[] = [];
  let count = 0;
  const rows = readRows(file, { ...source, delimiter: settings.delimiter, what: `reading ${name}` });
  for await (let batch of rows) {
    if (batch.rows.length === 0) continue;
    if (layout === undefined) {
      const first: FirstLine = { path, cells: batch.rows[0]!, line: batch.lines[0]! };
      layout = layOut(columnNames(first, settings.header), first);
      columns = [...layout.features, ...layout.targets, ...(layout.group === null ? [] : [layout.group])].map(
        (index) => {
          const column = layout!.names[index]!;
          const content = index === layout!.group ? "names" : contentOf(column);
          return { index, column: new TableColumn({ name: column, content, missing, path }) };
        },
      );
      if (settings.header) batch = { rows: batch.rows.slice(1), lines: batch.lines.slice(1) };
    }
    checkWidth(batch, path, layout.width);
    for (const { column, index } of columns) column.append(batch, index);
    count += batch.rows.length;
  }
  if (layout === undefined) throw empty(path, "an empty file", "Check that it was written to the end.");
  if (count === 0) throw empty(path, "the header alone", "Of a file without a header say `header: false`.");
  const read = columns.map(({ column }) => column);
  const [features, targets] = [layout.features.length, layout.targets.length];
  return {
    path,
    count,
    features: read.slice(0, features),
    targets: read.slice(features, features + targets),
    group: read[features + targets] ?? null,
  };
}

function checkWidth({ rows, lines }: RowBatch, path: string, width: number): void {
  const ragged = rows.findIndex((row) => row.length !== width);
  if (ragged < 0) return;
  const line = lines[ragged]!;
  const received = rows[ragged]!.length;
  throw new TunesmithError("INVALID_DATA", {
    message: `table \`${path}\`, line ${line}: expected ${width} cells as in the first line, got ${received}.`,
    hint: "Put cells that hold the delimiter into quotes, and give every row all of its cells.",
    facts: { path, line, expected: width, received },
  });
}

function empty(path: string, received: string, hint: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `table \`${path}\`: expected rows of examples, got ${received}.`,
    hint,
    facts: { path, received },
  });
}
