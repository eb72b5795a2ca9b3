/**
 * Data sets that are four IDX files: images and labels, for training and for test. Each file is checked against its
 * SHA-256 on every load: that takes 0.1 s for 47 MB, and a result that names its data must not rest on a damaged copy.
 */
import { createReadStream } from "node:fs";

import { TunesmithError } from "../../../base/index.ts";
import { contentHash } from "../content-hash.ts";
import type { Dataset } from "../dataset.ts";
import { type IdxArray, readIdx } from "../idx.ts";
import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import { cachePath, findFile, obtainFiles, type RemoteFile } from "./obtain-files.ts";
import type { DataLocation, DatasetSource, SourceOptions } from "./source.ts";

export interface IdxFile {
  /** Without `.gz`. */
  readonly name: string;
  /** Of the uncompressed file, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Two files that belong together. */
export interface IdxPair {
  readonly count: number;
  readonly images: IdxFile;
  readonly labels: IdxFile;
}

export interface IdxFilesDescription extends Pick<DatasetSource, "name" | "title" | "origin"> {
  readonly classes: readonly string[];
  /** Height and width. */
  readonly imageSize: readonly [number, number];
  /** Folders on the network that hold the compressed files; each ends in a slash, the official one first. */
  readonly addresses: readonly string[];
  readonly examples: IdxPair;
  readonly test: IdxPair;
}

/** A data set from IDX files of unsigned bytes. */
export function idxFilesSource(description: IdxFilesDescription): DatasetSource {
  const { name, title, origin, classes, imageSize, addresses, examples, test } = description;
  const shape = [...imageSize, 1];
  const task = { kind: "classification", classes } as const;
  return {
    name,
    title,
    origin,
    taskKind: "classification",
    facts: { task, shape, exampleCount: examples.count, testCount: test.count },
    defaultScaling: "unit",

    async locate(options): Promise<DataLocation> {
      const names = [examples.images, examples.labels, test.images, test.labels].map((file) => file.name);
      const found = await Promise.all(names.map((file) => findFile(name, file, options)));
      const files = names.map((file, index) => ({
        path: found[index] ?? cachePath(name, file, options),
        isAtHand: found[index] !== undefined,
        address: `${addresses[0]}${file}.gz`,
      }));
      const isAtHand = found[0] !== undefined && found[1] !== undefined;
      return { kind: isAtHand ? "files" : "download", isAtHand, files };
    },

    async load(options): Promise<Dataset> {
      const content = await loadPair(description, examples, options);
      // The test split is read long after: the signal of this load no longer means anything then.
      const later: SourceOptions = { ...options, signal: undefined };
      const locked = new LockedSplit(test.count, () => loadPair(description, test, later));
      return { name, task, shape, test: locked, ...content };
    },
  };
}

async function loadPair(
  description: IdxFilesDescription,
  pair: IdxPair,
  options: SourceOptions,
): Promise<TestSplitContent> {
  const { name, imageSize, addresses } = description;
  const remote = (file: IdxFile, rank: 1 | 3): RemoteFile => ({
    name: file.name,
    largestSizeBytes: pair.count * imageSize[0] * imageSize[1],
    check: async (path) => void (await readChecked({ dataset: name, path, sha256: file.sha256, rank })),
  });
  const paths = await obtainFiles(
    { dataset: name, addresses },
    [remote(pair.images, 3), remote(pair.labels, 1)],
    options,
  );
  const [imagesPath, labelsPath] = [paths[0]!, paths[1]!];
  const images = await readChecked({ dataset: name, path: imagesPath, sha256: pair.images.sha256, rank: 3 });
  const labels = await readChecked({ dataset: name, path: labelsPath, sha256: pair.labels.sha256, rank: 1 });
  checkPair(description, { images, labels, imagesPath, labelsPath });
  return {
    examples: {
      count: labels.values.length,
      shape: [...imageSize, 1],
      features: images.values,
      labels: labels.values,
    },
    contentHash: contentHash({ features: images.sha256, labels: labels.sha256 }),
  };
}

interface ReadCheckedOptions {
  readonly dataset: string;
  readonly path: string;
  readonly sha256: string;
  readonly rank: 1 | 3;
}

async function readChecked({ dataset, path, sha256, rank }: ReadCheckedOptions): Promise<IdxArray> {
  let array: IdxArray;
  try {
    array = await readIdx(createReadStream(path, { highWaterMark: 1 << 20 }), { name: path, rank });
  } catch (cause) {
    if (cause instanceof TunesmithError) throw cause;
    throw new TunesmithError("DATA_NOT_FOUND", {
      message: `data set \`${dataset}\`: \`${path}\` must be readable, got ${(cause as Error).message}.`,
      hint: "Check the file's permissions and the disk.",
      facts: { dataset, path },
      cause,
    });
  }
  if (array.sha256 !== sha256) {
    throw invalid(dataset, path, { expected: `SHA-256 ${sha256} (uncompressed)`, received: array.sha256 });
  }
  return array;
}

function checkPair(
  { name, imageSize, classes }: IdxFilesDescription,
  pair: { images: IdxArray; labels: IdxArray; imagesPath: string; labelsPath: string },
): void {
  const { images, labels, imagesPath, labelsPath } = pair;
  const [count, height, width] = images.dimensions;
  if (height !== imageSize[0] || width !== imageSize[1]) {
    const expected = `images of ${imageSize.join(" x ")}`;
    throw invalid(name, imagesPath, { expected, received: `images of ${height} x ${width}` });
  }
  if (labels.values.length !== count) {
    const expected = `${count} labels, one per image of \`${imagesPath}\``;
    throw invalid(name, labelsPath, { expected, received: String(labels.values.length) });
  }
  const index = labels.values.findIndex((label) => label >= classes.length);
  if (index >= 0) {
    const expected = `labels from 0 to ${classes.length - 1}`;
    throw invalid(name, labelsPath, { expected, received: `${labels.values[index]} at index ${index}` });
  }
}

function invalid(
  dataset: string,
  path: string,
  { expected, received }: { expected: string; received: string },
): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `data set \`${dataset}\`, \`${path}\`: expected ${expected}, got ${received}.`,
    hint: "Delete the file and fetch it again.",
    facts: { dataset, path, expected, received },
  });
}
