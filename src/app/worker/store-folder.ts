import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";

import { isUrl, TunesmithError } from "../../base/index.ts";

/** False when the folder holds no store yet. What is no folder is for `openStorage` to judge. */
export async function isStore(folder: string): Promise<boolean> {
  if (isUrl(folder)) return true;
  const found = await stat(join(folder, "tunesmith.db")).catch(() => undefined);
  return found !== undefined;
}

/**
 * The store's absolute path, for worker processes. A URL of another kind is left to `openStorage`, which says what is
 * wrong with it.
 *
 * @throws INVALID_USAGE for a store in memory: processes cannot share it.
 */
export function sharedStore(url: string): string {
  if (url === "memory:") {
    throw new TunesmithError("INVALID_USAGE", {
      message: "store: worker processes need a folder that they can share, got `memory:`.",
      hint: "Name a folder on a local disk by --store.",
    });
  }
  return isUrl(url) ? url : resolve(url);
}

/** A name is taken, and the two ways out. */
export function studyExists(name: string): TunesmithError {
  return new TunesmithError("STUDY_EXISTS", {
    message: `study \`${name}\`: a new study needs a name that is not in the store, got one that is.`,
    hint: `Go on with it by \`tunesmith resume ${name}\`, or give the new one another name by \`--name NAME\`.`,
    facts: { study: name },
  });
}
