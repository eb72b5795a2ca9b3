/** Large tables are kept in the decoded cache, so that a study and its workers read a file once and share its pages. */
import { stat } from "node:fs/promises";

import type { Json } from "../../../base/index.ts";
import type { Column } from "../dataset.ts";
import { DecodedCache } from "../decoded-cache/decoded-cache.ts";
import type { DecodedEntry, EntryPart } from "../decoded-cache/entry-format.ts";
import type { TestSplitContent } from "../locked-split.ts";
import type { OwnFile } from "../sources/own-file.ts";
import type { SourceOptions } from "../sources/source.ts";
import type { Task } from "../task.ts";
import type { TableSettings } from "./table-settings.ts";

/** What the numbers of a table mean. */
export interface Meaning {
  readonly columns: readonly Column[];
  readonly task: Task;
}

/** A table without its test file. */
export interface ReadTable extends Meaning, TestSplitContent {
  readonly groups: Int32Array | undefined;
  /** What a person should know, each time that it is read. */
  readonly warnings: readonly string[];
}

/** Goes into every key; a change of what reading gives needs another. */
const readerVersion = 1;
/** Smaller files are read faster than an entry is looked for and checked. */
const smallestKeptBytes = 4 * 2 ** 20;

interface Facts extends Meaning {
  readonly count: number;
  readonly contentHash: string;
  readonly warnings: readonly string[];
}

interface KeptTableOptions {
  readonly file: OwnFile;
  readonly settings: TableSettings;
  readonly options: SourceOptions;
}

/** The table as it was kept, else as `read` gives it, which is then kept. */
export async function keptTable(
  { file, settings, options }: KeptTableOptions,
  read: () => Promise<ReadTable>,
): Promise<ReadTable> {
  if (file.sizeBytes < smallestKeptBytes) return read();
  const cache = new DecodedCache(options);
  const path = cache.pathOf(await keyOf(file, settings));
  const known = await cache.read(path);
  if (known !== undefined) return tableOf(known);
  // Read before the entry is begun: an error of the table leaves nothing behind.
  const { columns, task, examples, contentHash, groups, warnings } = await read();
  const { count, features, labels } = examples;
  const facts: Facts = { columns, task, count, contentHash, warnings };
  const entry = await cache.write(path, 0, async () => ({
    facts: JSON.parse(JSON.stringify(facts)) as Json,
    others: {
      features: { values: features, dimensions: [count, columns.length] },
      labels: { values: labels, dimensions: [count, labels.length / count] },
      ...(groups === undefined ? {} : { groups: { values: groups, dimensions: [count] } }),
    },
  }));
  return tableOf(entry);
}

/** The test file is no part of it: it is read when the split is opened. */
async function keyOf({ path }: OwnFile, settings: TableSettings): Promise<Json> {
  const { size, mtimeNs } = await stat(path, { bigint: true });
  return {
    kind: "table",
    readerVersion,
    path,
    size: String(size),
    modified: String(mtimeNs),
    settings: JSON.parse(JSON.stringify({ ...settings, test: undefined })) as Json,
  };
}

function tableOf({ facts, parts }: DecodedEntry): ReadTable {
  const { columns, task, count, contentHash, warnings } = facts as unknown as Facts;
  const { features, labels, groups } = parts as {
    readonly features: EntryPart<Float32Array>;
    readonly labels: EntryPart<Uint8Array | Float32Array>;
    readonly groups?: EntryPart<Int32Array>;
  };
  const examples = { count, shape: [columns.length], features: features.values, labels: labels.values };
  return { columns, task, examples, contentHash, groups: groups?.values, warnings };
}
