import type { Json, Seed } from "../../base/index.ts";
import { applyConfiguration, type Configuration } from "../space/index.ts";
import type { StudyDefinition } from "../trial/index.ts";

/**
 * The document of a trial: the study's base document with the trial's seed at the top and every parameter at its path.
 * A parameter named `seed` is searched like any other and wins over the trial's own.
 *
 * @throws INVALID_SPACE for a parameter whose path is not in the document.
 */
export function documentOf(
  definition: Pick<StudyDefinition, "baseDocument" | "space">,
  configuration: Configuration,
  seed: Seed,
): Json {
  const { baseDocument, space } = definition;
  const document = { ...(baseDocument as { readonly [key: string]: Json }), seed };
  return applyConfiguration(document, configuration, space);
}
