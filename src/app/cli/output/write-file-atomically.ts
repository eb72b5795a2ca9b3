import { open, rename, rm } from "node:fs/promises";

import { TunesmithError } from "../../../base/index.ts";

/** The file is there whole or, when anything fails, as it was before. @throws INVALID_USAGE when it cannot be written. */
export async function writeFileAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new TunesmithError("INVALID_USAGE", {
      message: `${path}: cannot be written: ${(error as Error).message}.`,
      hint: "Name a file in a folder that exists and is yours.",
      cause: error,
    });
  }
}
