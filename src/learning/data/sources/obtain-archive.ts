/** Finds files that are published together in one zip archive, and takes out of it those that are not at hand. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { download } from "../download.ts";
import { sha256Of } from "../sha256.ts";
import { readZipDirectory, readZipMember } from "../zip-file.ts";
import { notObtained } from "./not-obtained.ts";
import { cachePath, findFile, foldersOf, isFile } from "./obtain-files.ts";
import type { SourceOptions } from "./source.ts";
import { wrongFile } from "./wrong-file.ts";

export interface RemoteArchive {
  /** The archive's own name, in the folder of the data set. */
  readonly name: string;
  readonly address: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** What stands before the names of its files, with a slash at its end. */
  readonly prefix: string;
}

export interface ArchiveFolder {
  /** The name of the folder, which may hold several data sets. */
  readonly dataset: string;
  readonly archive: RemoteArchive;
}

/** The path of the archive when it is at hand, else undefined. */
export async function findArchive(
  { dataset, archive }: ArchiveFolder,
  options: SourceOptions,
): Promise<string | undefined> {
  for (const folder of foldersOf(dataset, options)) {
    const path = join(folder, archive.name);
    if (await isFile(path)) return path;
  }
  return undefined;
}

/**
 * Paths of the files, in their order. Those that are not at hand are taken out of the archive into the cache, each whole or
 * not at all; the archive is fetched first where it is not at hand either, and stays in the cache for the data sets that
 * share it.
 *
 * @param names without `.gz`
 * @throws DATA_NOT_FOUND when the archive can neither be found nor fetched; INVALID_DATA when it is another one, or damaged
 */
export async function obtainFromArchive(
  folder: ArchiveFolder,
  names: readonly string[],
  options: SourceOptions,
): Promise<string[]> {
  const { dataset } = folder;
  const found = await Promise.all(names.map((name) => findFile(dataset, name, options)));
  const missing = names.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) await extract(folder, missing, options);
  return names.map((name, index) => found[index] ?? cachePath(dataset, name, options));
}

async function extract(
  folder: ArchiveFolder,
  names: readonly string[],
  options: SourceOptions,
): Promise<void> {
  const { dataset, archive } = folder;
  let path = await findArchive(folder, options);
  if (path === undefined) path = await fetchArchive(folder, options);
  else await checkArchive(dataset, archive, path);
  const directory = await readZipDirectory(path);
  const cache = foldersOf(dataset, options).at(-1)!;
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(join(cache, ".extract-"));
  try {
    for (const name of names) {
      const member = directory.get(`${archive.prefix}${name}.gz`);
      if (member === undefined) {
        const expected = `a file \`${archive.prefix}${name}.gz\` in it`;
        throw wrongFile(dataset, path, { expected, received: `${directory.size} others` });
      }
      const file = join(temporary, `${name}.gz`);
      await pipeline(readZipMember(path, member), createWriteStream(file), { signal: options.signal });
      await rename(file, cachePath(dataset, name, options));
    }
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function fetchArchive(folder: ArchiveFolder, options: SourceOptions): Promise<string> {
  const { dataset, archive } = folder;
  const path = join(foldersOf(dataset, options).at(-1)!, archive.name);
  const failures = await download({
    addresses: [archive.address],
    path,
    largestSizeBytes: archive.sizeBytes,
    check: (file) => checkArchive(dataset, archive, file),
    onProgress: options.onProgress,
    signal: options.signal,
    fetch: options.fetch,
  });
  if (failures.length === 0) return path;
  const missing = [{ name: archive.name, address: archive.address }];
  throw notObtained({ dataset, missing, failures, folder: foldersOf(dataset, options)[0]! });
}

async function checkArchive(dataset: string, { sha256 }: RemoteArchive, path: string): Promise<void> {
  const received = await sha256Of(createReadStream(path, { highWaterMark: 1 << 20 }));
  if (received !== sha256) throw wrongFile(dataset, path, { expected: `SHA-256 ${sha256}`, received });
}
