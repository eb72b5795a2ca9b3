import { holds, type Configuration } from "../space/index.ts";
import type { StudyDefinition } from "../trial/index.ts";

/** What a worker must have to run this configuration; each label once. */
export function labelsOf(
  { labels = [] }: Pick<StudyDefinition, "labels">,
  configuration: Configuration,
): string[] {
  const asked = labels.filter(({ when }) => when === undefined || holds(when, configuration));
  return [...new Set(asked.map(({ label }) => label))];
}
