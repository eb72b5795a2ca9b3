import { TunesmithError } from "../../../base/index.ts";

/** A file that is not what its data set is known to hold. */
export function wrongFile(
  dataset: string,
  path: string,
  { expected, received }: { readonly expected: string; readonly received: string },
): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `data set \`${dataset}\`, \`${path}\`: expected ${expected}, got ${received}.`,
    hint: "Delete the file and fetch it again.",
    facts: { dataset, path, expected, received },
  });
}
