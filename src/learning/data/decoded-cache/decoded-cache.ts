/**
 * Decoded data on disk, so that what takes minutes to decode is decoded once: the second reading is a mapping of a file.
 * A key names everything that the content follows from, so an entry is never wrong, only missing.
 */
import { rm, utimes } from "node:fs/promises";
import { join } from "node:path";

import { hashJson, type Json } from "../../../base/index.ts";
import { cacheFolder } from "../cache-folder.ts";
import type { SourceOptions } from "../sources/source.ts";
import { formatVersion, type DecodedEntry } from "./entry-format.ts";
import { EntryWriter, type FinishEntryOptions } from "./entry-writer.ts";
import { entrySuffix, pruneDecodedCache } from "./prune.ts";
import { readEntry, UnusableEntry } from "./read-entry.ts";

/** What all entries together may take, in bytes. */
const usualLargestBytes = 20 * 2 ** 30;

export interface DecodedCacheOptions extends Pick<SourceOptions, "cacheDir" | "mapFile" | "onWarning"> {
  /** Defaults to 20 GiB. */
  readonly largestBytes?: number | undefined;
}

export class DecodedCache {
  readonly folder: string;
  readonly #options: DecodedCacheOptions;

  constructor(options: DecodedCacheOptions) {
    this.folder = join(options.cacheDir ?? cacheFolder(), "decoded");
    this.#options = options;
  }

  /** @param key everything that the decoded content follows from: settings, files, the decoder's version. */
  pathOf(key: Json): string {
    return join(this.folder, `${hashJson({ formatVersion, key })}${entrySuffix}`);
  }

  /** The entry at a path; undefined when there is none. One that is damaged is removed, with a warning. */
  async read(path: string): Promise<DecodedEntry | undefined> {
    const { mapFile, onWarning } = this.#options;
    try {
      const entry = await readEntry(path, { mapFile, isChecked: true });
      const now = new Date();
      // The least recently used goes first; a folder that may only be read is not pruned.
      await utimes(path, now, now).catch(() => {});
      return entry;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      if (!(error instanceof UnusableEntry) && (code === undefined || code === "INVALID_DATA")) throw error;
      onWarning?.(`decoded cache: \`${path}\` is left aside: ${message}; the data is decoded anew.`);
      await rm(path, { force: true }).catch(() => {});
      return undefined;
    }
  }

  /**
   * Makes an entry by what `fill` appends to it and returns at its end.
   *
   * @param largestBytes the most that will be appended
   */
  async write(
    path: string,
    largestBytes: number,
    fill: (entry: { readonly append: (bytes: Uint8Array) => Promise<void> }) => Promise<FinishEntryOptions>,
  ): Promise<DecodedEntry> {
    const { mapFile, onWarning } = this.#options;
    const writer = await EntryWriter.create({ path, largestBytes, mapFile, onWarning });
    try {
      const entry = await writer.finish(await fill({ append: (bytes) => writer.append(bytes) }));
      await pruneDecodedCache(this.folder, {
        largestBytes: this.#options.largestBytes ?? usualLargestBytes,
        keep: path,
      });
      return entry;
    } finally {
      await writer.discard();
    }
  }
}
