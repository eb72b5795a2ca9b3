/**
 * CIFAR's binary files: records of fixed length, one or two bytes of labels before the red, the green and the blue plane
 * of a 32x32 image. They are handed out inside a tar archive, which a person unpacks, so they are not fetched.
 *
 * @see Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { TunesmithError } from "../../../base/index.ts";
import { contentHash, idxSum } from "../content-hash.ts";
import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import { foldersOf, isFile } from "./obtain-files.ts";
import { readingFile } from "./reading-file.ts";
import type { DatasetSource, SourceOptions } from "./source.ts";

const side = 32;
const planeBytes = side * side;
const channels = 3;
const shape = [side, side, channels];

export interface CifarFile {
  readonly name: string;
  /** How many records it holds. */
  readonly count: number;
}

export interface CifarDescription extends Pick<DatasetSource, "name" | "title" | "origin"> {
  readonly classes: readonly string[];
  /** Bytes before the pixels of a record, and which of them is the label. */
  readonly labelBytes: number;
  readonly labelByte: number;
  /** The archive's address and the folder that it unpacks to. */
  readonly archive: { readonly address: string; readonly folder: string };
  readonly examples: readonly CifarFile[];
  readonly test: readonly CifarFile[];
}

const total = (files: readonly CifarFile[]): number => files.reduce((sum, { count }) => sum + count, 0);

/** A data set from CIFAR's binary files, in the data set's folder or in the archive's own folder inside it. */
export function cifarFilesSource(description: CifarDescription): DatasetSource {
  const { name, title, origin, classes, examples, test } = description;
  const task = { kind: "classification", classes } as const;
  const [exampleCount, testCount] = [total(examples), total(test)];
  return {
    name,
    title,
    origin,
    taskKind: "classification",
    facts: { task, shape, exampleCount, testCount },
    defaultScaling: "unit",

    locate: async (options) => {
      const all = [...examples, ...test];
      const found = await Promise.all(all.map((file) => find(description, file, options)));
      const files = found.map((path, index) => ({
        path: path ?? join(foldersOf(name, options)[0]!, all[index]!.name),
        isAtHand: path !== undefined,
        address: description.archive.address,
      }));
      return {
        kind: "files",
        isAtHand: files.slice(0, examples.length).every((file) => file.isAtHand),
        files,
      };
    },

    load: async (options) => {
      const content = await read(description, examples, options);
      const later = { ...options, signal: undefined };
      const locked = new LockedSplit(testCount, () => read(description, test, later));
      return { name, task, shape, test: locked, ...content };
    },
  };
}

async function find(
  { name, archive }: CifarDescription,
  file: CifarFile,
  options: SourceOptions,
): Promise<string | undefined> {
  for (const folder of foldersOf(name, options)) {
    for (const path of [join(folder, file.name), join(folder, archive.folder, file.name)]) {
      if (await isFile(path)) return path;
    }
  }
  return undefined;
}

async function read(
  description: CifarDescription,
  files: readonly CifarFile[],
  options: SourceOptions,
): Promise<TestSplitContent> {
  const { name, archive } = description;
  const paths = await Promise.all(files.map((file) => find(description, file, options)));
  const missing = files.filter((_, index) => paths[index] === undefined).map((file) => `\`${file.name}\``);
  if (missing.length > 0) {
    const folder = foldersOf(name, options)[0]!;
    throw new TunesmithError("DATA_NOT_FOUND", {
      message: `data set \`${name}\`: ${missing.join(", ")} must be in \`${folder}\`, got nothing there.`,
      hint: `Fetch ${archive.address}, unpack it with \`tar xf\`, and put its folder \`${archive.folder}\` into \`${folder}\`.`,
      facts: { dataset: name, files: missing, address: archive.address, folder },
    });
  }
  const count = total(files);
  const features = new Uint8Array(count * channels * planeBytes);
  const labels = new Uint8Array(count);
  let first = 0;
  for (const [index, file] of files.entries()) {
    const path = paths[index]!;
    const records = await readingFile({ source: name, path, field: file.name }, () =>
      readFile(path, { signal: options.signal }),
    );
    unpack(description, records, { file, path, first, features, labels });
    first += file.count;
  }
  return {
    examples: { count, shape, features, labels },
    contentHash: contentHash({
      features: idxSum(features, [count, ...shape]),
      labels: idxSum(labels, [count]),
    }),
  };
}

interface UnpackTarget {
  readonly file: CifarFile;
  readonly path: string;
  /** The example that the file's first record becomes. */
  readonly first: number;
  readonly features: Uint8Array;
  readonly labels: Uint8Array;
}

/** Planes become channels beside each other. */
function unpack(description: CifarDescription, records: Uint8Array, target: UnpackTarget): void {
  const { name, classes, labelBytes, labelByte } = description;
  const { file, path, first, features, labels } = target;
  const invalid = (expected: string, received: string) =>
    new TunesmithError("INVALID_DATA", {
      message: `data set \`${name}\`, \`${path}\`: expected ${expected}, got ${received}.`,
      hint: `Unpack the archive of the binary version again: ${description.archive.address}.`,
      facts: { dataset: name, path, expected, received },
    });
  const recordBytes = labelBytes + channels * planeBytes;
  if (records.length !== file.count * recordBytes) {
    const expected = `${file.count} records of ${recordBytes} bytes, ${file.count * recordBytes} in all`;
    throw invalid(expected, `${records.length}`);
  }
  for (let record = 0; record < file.count; record++) {
    const start = record * recordBytes;
    const label = records[start + labelByte]!;
    if (label >= classes.length)
      throw invalid(`labels from 0 to ${classes.length - 1}`, `${label} in record ${record}`);
    labels[first + record] = label;
    const from = start + labelBytes;
    const to = (first + record) * channels * planeBytes;
    for (let pixel = 0; pixel < planeBytes; pixel++) {
      for (let channel = 0; channel < channels; channel++) {
        features[to + pixel * channels + channel] = records[from + channel * planeBytes + pixel]!;
      }
    }
  }
}
