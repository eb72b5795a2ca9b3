/** A data set out of a file of separated values. */
import { basename } from "node:path";

import { TunesmithError, type Json } from "../../../base/index.ts";
import { arraysHash } from "../content-hash.ts";
import type { Column, Dataset } from "../dataset.ts";
import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import { requireOwnFile, type OwnFile } from "../sources/own-file.ts";
import { readingFile } from "../sources/reading-file.ts";
import type { SourceOptions } from "../sources/source.ts";
import type { Task } from "../task.ts";
import { classesOf, classIndices, recoded, sortedNames } from "./names.ts";
import { keptTable, type Meaning, type ReadTable } from "./kept-table.ts";
import { readTable, type Table } from "./read-table.ts";
import { shortened, type ColumnContent, type TableColumn } from "./table-column.ts";
import { layOut, layOutAlike } from "./table-layout.ts";
import { targetsOf, type TableSettings } from "./table-settings.ts";

/** Of a category that only a test file has. */
const unseen = -1;

/** @throws DATA_NOT_FOUND, INVALID_DATA, INVALID_DOCUMENT */
export async function loadTable(settings: TableSettings, options: SourceOptions): Promise<Dataset> {
  const file = await requireOwnFile(settings.path, options);
  if (settings.test !== undefined) await requireOwnFile(settings.test, options);
  const read = await keptTable({ file, settings, options }, () => readExamples(file, settings, options));
  const { columns, task, examples, contentHash, groups, warnings } = read;
  for (const warning of warnings) options.onWarning?.(warning);
  const test =
    settings.test === undefined
      ? null
      : new LockedSplit(null, () =>
          // Opened long after: the signal of this load no longer means anything then.
          readTestTable(
            { ...settings, test: settings.test! },
            { columns, task },
            { ...options, signal: undefined },
          ),
        );
  return {
    name: basename(settings.path),
    task,
    shape: [columns.length],
    columns,
    test,
    ...(groups === undefined ? {} : { groups }),
    examples,
    contentHash,
  };
}

async function readExamples(
  file: OwnFile,
  settings: TableSettings,
  options: SourceOptions,
): Promise<ReadTable> {
  const name = basename(settings.path);
  const table = await readingFile({ source: name, path: file.path, field: "path" }, () =>
    readTable({
      file,
      settings,
      source: options,
      name,
      layOut: (names, first) => layOut(names, first, settings),
      contentOf: (column) => contentOf(column, settings),
    }),
  );
  const task = taskOf(table, settings);
  const columns = table.features.map((column): Column => ({
    name: column.name,
    categories: column.content === "names" ? sortedNames(column.names) : null,
  }));
  const { group } = table;
  if (group !== null) checkWhole(group, table);
  const groups = group === null ? undefined : Int32Array.from(group.values);
  return {
    columns,
    task,
    ...content(table, { columns, task }, groups),
    groups,
    warnings: table.mixed.map(
      ({ name: column, line, text }) =>
        `table \`${table.path}\`: the column \`${column}\` is taken as names, because not every cell is a number: line ${line} has \`${shortened(text)}\`.`,
    ),
  };
}

function contentOf(column: string, settings: TableSettings): ColumnContent {
  if (settings.categorical?.includes(column) === true) return "names";
  if (!targetsOf(settings).includes(column) || settings.task === undefined) return "either";
  return settings.task === "classification" ? "names" : "numbers";
}

/** @throws INVALID_DATA, INVALID_DOCUMENT when the target is nothing that can be learned */
function taskOf({ targets, path, mixed }: Table, settings: TableSettings): Task {
  const names = targets.filter(({ content: holds }) => holds === "names");
  if (names.length > 0 && targets.length > 1) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `table \`${path}\`: several targets must be columns of numbers, got names in \`${names[0]!.name}\`.`,
      hint: "Name one target for classification.",
      facts: { path, targets: targetsOf(settings) },
    });
  }
  if (names.length === 0) return { kind: "regression", targetNames: targets.map(({ name }) => name) };
  try {
    return { kind: "classification", classes: classesOf(names[0]!, path) };
  } catch (error) {
    const text = mixed.find(({ name }) => name === names[0]!.name);
    if (text === undefined || !(error instanceof TunesmithError)) throw error;
    throw new TunesmithError(error.code, {
      message: `${error.message} It is taken as classes because not every cell is a number: line ${text.line} has \`${shortened(text.text)}\`.`,
      hint: error.hint!,
      facts: { ...error.facts, line: text.line },
      cause: error,
    });
  }
}

function content(table: Table, { columns, task }: Meaning, groups?: Int32Array): TestSplitContent {
  for (const target of table.targets) checkWhole(target, table);
  const { count, path } = table;
  const values = table.features.map((column, index) => {
    const categories = columns[index]!.categories;
    if (categories === null) return column.values;
    const indices = new Map(categories.map((name, position) => [name, position]));
    return recoded(column, (name) => indices.get(name) ?? unseen);
  });
  const features = interleaved(values, count);
  const labels =
    task.kind === "classification"
      ? classIndices(table.targets[0]!, task.classes, path)
      : interleaved(
          table.targets.map((target) => target.values),
          count,
        );
  const meaning = JSON.parse(JSON.stringify({ columns, task })) as Json;
  return {
    examples: { count, shape: [columns.length], features, labels },
    contentHash: arraysHash({ features, labels, meaning, ...(groups === undefined ? {} : { groups }) }),
  };
}

/** [count, columns] */
function interleaved(columns: readonly Float32Array[], count: number): Float32Array {
  const width = columns.length;
  const rows = new Float32Array(count * width);
  columns.forEach((values, column) => {
    for (let row = 0; row < count; row++) rows[row * width + column] = values[row]!;
  });
  return rows;
}

function checkWhole(column: TableColumn, { path, count }: Table): void {
  if (column.missingCount === 0) return;
  const { name, missingCount, firstMissingLine } = column;
  throw new TunesmithError("INVALID_DATA", {
    message: `table \`${path}\`, column \`${name}\`: every example must have a value there, got ${missingCount} of ${count} without, the first in line ${firstMissingLine}.`,
    hint: "Remove those rows: what is to be learned, and what keeps examples together, cannot be filled in.",
    facts: { path, column: name, missing: missingCount, line: firstMissingLine },
  });
}

async function readTestTable(
  settings: TableSettings & { readonly test: string },
  meaning: Meaning,
  options: SourceOptions,
): Promise<TestSplitContent> {
  const { columns, task } = meaning;
  const wanted = { features: columns.map(({ name }) => name), targets: targetsOf(settings) };
  const numbers = new Set([
    ...columns.filter(({ categories }) => categories === null).map(({ name }) => name),
    ...(task.kind === "regression" ? task.targetNames : []),
  ]);
  const name = basename(settings.test);
  const file = await requireOwnFile(settings.test, options);
  const table = await readingFile({ source: name, path: file.path, field: "test" }, () =>
    readTable({
      file,
      settings,
      source: options,
      name,
      layOut: (names, first) => layOutAlike(names, first, wanted),
      contentOf: (column) => (numbers.has(column) ? "numbers" : "names"),
    }),
  );
  return content(table, meaning);
}
