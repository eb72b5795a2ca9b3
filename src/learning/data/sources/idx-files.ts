/**
 * Data sets that are four IDX files: images and labels, for training and for test. Each file is checked against its sum on
 * every load: that takes 0.1 s for 47 MB, and a result that names its data must not rest on a damaged copy.
 */
import type { Dataset } from "../dataset.ts";
import { LockedSplit, type TestSplitContent } from "../locked-split.ts";
import { readIdxFile, readIdxPair, type IdxFile, type IdxForm, type IdxPair } from "./idx-pair.ts";
import { findArchive, obtainFromArchive, type ArchiveFolder } from "./obtain-archive.ts";
import { cachePath, findFile, obtainFiles, type RemoteFile } from "./obtain-files.ts";
import type { DataLocation, DatasetSource, SourceOptions } from "./source.ts";

export interface IdxFilesDescription extends Pick<DatasetSource, "name" | "title" | "origin">, IdxForm {
  /** Where the files are published. */
  readonly files: IdxFilesOrigin;
  readonly examples: IdxPair;
  readonly test: IdxPair;
}

export type IdxFilesOrigin =
  | {
      /** Folders on the network that hold the compressed files; each ends in a slash, the official one first. */
      readonly addresses: readonly string[];
    }
  | ArchiveFolder;

/** A data set from IDX files of unsigned bytes. */
export function idxFilesSource(description: IdxFilesDescription): DatasetSource {
  const { name, title, origin, classes, imageSize, examples, test } = description;
  const shape = [...imageSize, 1];
  const task = { kind: "classification", classes } as const;
  return {
    name,
    title,
    origin,
    taskKind: "classification",
    facts: { task, shape, exampleCount: examples.count, testCount: test.count },
    defaultScaling: "unit",
    locate: (options) => locate(description, options),

    async load(options): Promise<Dataset> {
      const content = await loadPair(description, examples, options);
      // The test split is read long after: the signal of this load no longer means anything then.
      const later: SourceOptions = { ...options, signal: undefined };
      const locked = new LockedSplit(test.count, () => loadPair(description, test, later));
      return { name, task, shape, test: locked, ...content };
    },
  };
}

async function locate(
  { name, files: published, examples, test }: IdxFilesDescription,
  options: SourceOptions,
): Promise<DataLocation> {
  const isArchive = "archive" in published;
  const folder = isArchive ? published.dataset : name;
  const archive = isArchive ? await findArchive(published, options) : undefined;
  const names = [examples.images, examples.labels, test.images, test.labels].map((file) => file.name);
  const found = await Promise.all(names.map((file) => findFile(folder, file, options)));
  const files = names.map((file, index) => ({
    path: found[index] ?? archive ?? cachePath(folder, file, options),
    isAtHand: found[index] !== undefined || archive !== undefined,
    address: isArchive ? published.archive.address : `${published.addresses[0]}${file}.gz`,
  }));
  const isAtHand = files[0]!.isAtHand && files[1]!.isAtHand;
  return { kind: isAtHand ? "files" : "download", isAtHand, files };
}

async function loadPair(
  description: IdxFilesDescription,
  pair: IdxPair,
  options: SourceOptions,
): Promise<TestSplitContent> {
  const { name } = description;
  const [images, labels] = await obtain(description, pair, options);
  return readIdxPair(description, pair, { dataset: name, images: images!, labels: labels! });
}

/** Paths of the images and the labels, which are fetched when they are not at hand. */
function obtain(
  { name, files: published, imageSize, examples, test }: IdxFilesDescription,
  pair: IdxPair,
  options: SourceOptions,
): Promise<string[]> {
  if ("archive" in published) {
    // All four at once: the archive is then not needed again when the test split is opened.
    const others = pair === examples ? [test.images, test.labels] : [];
    const names = [pair.images, pair.labels, ...others].map((file) => file.name);
    return obtainFromArchive(published, names, options);
  }
  const remote = (file: IdxFile, rank: 1 | 3): RemoteFile => ({
    name: file.name,
    largestSizeBytes: pair.count * imageSize[0] * imageSize[1],
    check: async (path) => void (await readIdxFile({ dataset: name, path, file, rank })),
  });
  const { addresses } = published;
  const files = [remote(pair.images, 3), remote(pair.labels, 1)];
  return obtainFiles({ dataset: name, addresses }, files, options);
}
