import { readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { partialSuffix } from "./entry-writer.ts";

/** Entries end so. */
export const entrySuffix = ".decoded";

/** A file that nobody has written to for so long belongs to a process that is gone. */
const abandonedMs = 24 * 3_600_000;

export interface PruneOptions {
  /** What all entries may take together, in bytes. */
  readonly largestBytes: number;
  /** An entry that stays. */
  readonly keep?: string | undefined;
  /** Milliseconds since the Unix epoch. Defaults to now. */
  readonly now?: number | undefined;
}

/**
 * Removes the entries whose last use lies furthest back until the others take no more than they may, and what processes
 * that ended half way left behind. An entry that another process has mapped stays readable for it.
 *
 * @returns paths of what was removed
 */
export async function pruneDecodedCache(folder: string, options: PruneOptions): Promise<string[]> {
  const { largestBytes, keep, now = Date.now() } = options;
  const files = await Promise.all(
    (await readdir(folder).catch(() => [])).map(async (name) => {
      const path = join(folder, name);
      // Another process may be removing it.
      const found = await stat(path).catch(() => undefined);
      return { path, size: found?.size ?? 0, usedAt: found?.mtimeMs ?? 0 };
    }),
  );
  const partial = files.filter(({ path }) => basename(path).endsWith(partialSuffix));
  const removed = partial.filter(({ usedAt }) => now - usedAt > abandonedMs).map(({ path }) => path);
  const entries = files.filter(({ path }) => path.endsWith(entrySuffix));
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of entries.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (total <= largestBytes) break;
    if (path === keep) continue;
    removed.push(path);
    total -= size;
  }
  await Promise.all(removed.map((path) => rm(path, { force: true })));
  return removed;
}
