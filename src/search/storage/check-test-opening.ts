import { TunesmithError } from "../../base/index.ts";
import type { TestOpening } from "../trial/index.ts";

/** The border of every storage. @throws INVALID_USAGE for an opening that no record may hold. */
export function checkTestOpening({ openedAt, purpose, examples, metrics }: TestOpening): void {
  if (!Number.isSafeInteger(openedAt)) throw unusable("`openedAt` must be whole milliseconds", openedAt);
  if (purpose.trim() === "") throw unusable("`purpose` must say what it was for", JSON.stringify(purpose));
  if (!Number.isSafeInteger(examples) || examples < 1) {
    throw unusable("`examples` must be a whole number >= 1", examples);
  }
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value !== "number") throw unusable(`\`${name}\` must be a number`, value);
  }
}

function unusable(rule: string, received: unknown): TunesmithError {
  return new TunesmithError("INVALID_USAGE", {
    message: `opening of the test split: ${rule}, got ${String(received)}.`,
  });
}
