/**
 * Finds a data set's files: in the folder that the user names, then in the cache. What is in neither is fetched into
 * the cache; the user's folder is never written to.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";

import { cacheFolder } from "../cache-folder.ts";
import { download } from "../download.ts";
import { notObtained } from "./not-obtained.ts";
import type { SourceOptions } from "./source.ts";

/** A file that is served compressed and may lie about compressed or plain. */
export interface RemoteFile {
  /** Without `.gz`. */
  readonly name: string;
  /** Of the uncompressed file. */
  readonly largestSizeBytes: number;
  /** Throws INVALID_DATA when the file at `path` is not the right one. */
  readonly check: (path: string) => Promise<void>;
}

export interface RemoteFolder {
  /** The data set's name, which is also the name of its folder. */
  readonly dataset: string;
  /** Folders on the network; each ends in a slash, the official one first. */
  readonly addresses: readonly string[];
}

/** gzip never makes a file much longer; the rest is room for headers. */
const downloadAllowanceBytes = 1 << 20;

/** True for a file, also behind a link. */
export const isFile = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
};

/** The folders of a data set, in the order in which they are looked into; the last one is the cache. */
export function foldersOf(dataset: string, { dataDir, cacheDir }: SourceOptions): string[] {
  const roots = [...(dataDir === undefined ? [] : [dataDir]), cacheDir ?? cacheFolder()];
  return roots.map((root) => join(root, dataset));
}

/** Where a fetched file is kept. */
export function cachePath(dataset: string, name: string, options: SourceOptions): string {
  return join(foldersOf(dataset, options).at(-1)!, `${name}.gz`);
}

/** The path of a file that is at hand, compressed or plain, else undefined. */
export async function findFile(
  dataset: string,
  name: string,
  options: SourceOptions,
): Promise<string | undefined> {
  for (const folder of foldersOf(dataset, options)) {
    for (const path of [join(folder, `${name}.gz`), join(folder, name)]) {
      if (await isFile(path)) return path;
    }
  }
  return undefined;
}

/**
 * Paths of the files, in their order, after fetching those that are not at hand.
 *
 * @throws DATA_NOT_FOUND when one can neither be found nor fetched; INVALID_DATA when what was fetched is not the file.
 */
export async function obtainFiles(
  folder: RemoteFolder,
  files: readonly RemoteFile[],
  options: SourceOptions,
): Promise<string[]> {
  const { dataset, addresses } = folder;
  const found = await Promise.all(files.map((file) => findFile(dataset, file.name, options)));
  const missing = files.filter((_, index) => found[index] === undefined);
  for (const file of missing) {
    const failures = await download({
      addresses: addresses.map((address) => `${address}${file.name}.gz`),
      path: cachePath(dataset, file.name, options),
      largestSizeBytes: file.largestSizeBytes + downloadAllowanceBytes,
      check: file.check,
      onProgress: options.onProgress,
      signal: options.signal,
      fetch: options.fetch,
    });
    if (failures.length > 0) {
      throw notObtained({
        dataset,
        missing: missing.map(({ name }) => ({ name: `${name}.gz`, address: `${addresses[0]}${name}.gz` })),
        failures,
        folder: foldersOf(dataset, options)[0]!,
      });
    }
  }
  return files.map((file, index) => found[index] ?? cachePath(dataset, file.name, options));
}
