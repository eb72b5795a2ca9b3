import { TunesmithError } from "../../../base/index.ts";

/** Runs a reading of a file, and says which file and what to do when it is missing or shut. */
export async function readingFile<Result>(
  { source, path, field }: { readonly source: string; readonly path: string; readonly field: string },
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const { code, message, syscall } = cause as NodeJS.ErrnoException;
    // Of a signal that ends the reading the reason has a code too, but no call of the system.
    if (cause instanceof TunesmithError || syscall === undefined) throw cause;
    throw new TunesmithError("DATA_NOT_FOUND", {
      message: `data set \`${source}\`: \`${field}\` must name a file that can be read, got \`${path}\`: ${message}.`,
      hint:
        code === "EACCES"
          ? "Let yourself read the file."
          : "A study file's paths are relative to its folder.",
      facts: { source, path, reason: code },
      cause,
    });
  }
}
