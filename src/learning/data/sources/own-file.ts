import { stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { TunesmithError } from "../../../base/index.ts";
import type { DataLocation, SourceOptions } from "./source.ts";

/** A person's own file where it was found. */
export interface OwnFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** A path as the document has it, then the same file name in the data folder. */
function candidates(path: string, { dataDir }: SourceOptions): string[] {
  return dataDir === undefined ? [path] : [path, join(dataDir, basename(path))];
}

/**
 * The file at `path`, or the file of that name in the data folder, so that a study can move to another machine.
 *
 * @throws DATA_NOT_FOUND when neither is there; INVALID_DATA when what is there is a folder
 */
export async function requireOwnFile(path: string, options: SourceOptions): Promise<OwnFile> {
  const paths = candidates(path, options);
  let cause: unknown;
  for (const candidate of paths) {
    try {
      const found = await stat(candidate);
      if (!found.isDirectory()) return { path: candidate, sizeBytes: found.size };
    } catch (error) {
      cause ??= error;
      continue;
    }
    throw new TunesmithError("INVALID_DATA", {
      message: `data: \`${candidate}\` must be a file, got a folder.`,
      hint: "Name a file in it.",
      facts: { path: candidate },
    });
  }
  const [first, second] = paths;
  throw new TunesmithError("DATA_NOT_FOUND", {
    message: `data: the file \`${first}\` must exist, got none there${second === undefined ? "" : ` and none at \`${second}\``}.`,
    hint: "Correct the path, or put the file of that name into the folder of --data-dir.",
    facts: { paths },
    cause,
  });
}

/** Where files of a person's own would be read from. */
export async function locateOwnFiles(
  paths: readonly string[],
  options: SourceOptions,
): Promise<DataLocation> {
  const files = await Promise.all(
    paths.map(async (path) => {
      const found = await requireOwnFile(path, options).catch(() => undefined);
      return { path: found?.path ?? path, isAtHand: found !== undefined, address: null };
    }),
  );
  return { kind: "files", isAtHand: files.every(({ isAtHand }) => isAtHand), files };
}
