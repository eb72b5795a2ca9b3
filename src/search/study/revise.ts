import { TunesmithError } from "../../base/index.ts";
import type { StudyDefinition } from "../trial/index.ts";
import { checkDefinition } from "./check-definition.ts";

/** What of a living study can be changed; null takes an optional part away. */
export interface Revision extends Partial<
  Pick<StudyDefinition, "description" | "space" | "sampler" | "maxTrials" | "baseDocument">
> {
  readonly scheduler?: StudyDefinition["scheduler"] | null;
  readonly endWhen?: StudyDefinition["endWhen"] | null;
  /** Of trials that are yet to be made. */
  readonly labels?: StudyDefinition["labels"] | null;
}

/**
 * The definition with the changes.
 *
 * @param trials number of trials that exist
 * @throws INVALID_USAGE for fewer trials than there are, and as for a new study
 */
export function reviseDefinition(
  definition: StudyDefinition,
  revision: Revision,
  trials: number,
): StudyDefinition {
  const kept = Object.entries({ ...definition, ...revision }).filter(([, value]) => value !== null);
  const revised = checkDefinition(Object.fromEntries(kept));
  if (revised.maxTrials >= trials) return revised;
  throw new TunesmithError("INVALID_USAGE", {
    message: `study \`${definition.name}\`: \`maxTrials\` must be at least the ${trials} trials that it has, got ${revised.maxTrials}.`,
    facts: { maxTrials: revised.maxTrials, trials },
  });
}
