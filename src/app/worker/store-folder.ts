import { stat } from "node:fs/promises";
import { join } from "node:path";

import { TunesmithError } from "../../base/index.ts";

/** True when the folder holds a store; opening it for reading creates nothing then. */
export async function isStore(folder: string): Promise<boolean> {
  const found = await stat(join(folder, "tunesmith.db")).catch(() => undefined);
  return found !== undefined;
}

/** A name is taken, and the two ways out. */
export function studyExists(name: string): TunesmithError {
  return new TunesmithError("STUDY_EXISTS", {
    message: `study \`${name}\`: a new study needs a name that is not in the store, got one that is.`,
    hint: `Go on with it by \`tunesmith resume ${name}\`, or give the new one another name by \`--name NAME\`.`,
    facts: { study: name },
  });
}
