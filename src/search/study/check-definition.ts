/** What of a study's definition can be found wrong before anything is written. */
import { TunesmithError, type Json } from "../../base/index.ts";
import { createSampler } from "../samplers/index.ts";
import { createScheduler } from "../schedulers/index.ts";
import { checkGiven, checkPaths } from "../space/index.ts";
import { parseStudyDefinition, type StudyDefinition } from "../trial/index.ts";
import { lengthOf, valueAt } from "./document-of.ts";

/**
 * The definition with its defaults.
 *
 * @throws INVALID_USAGE, INVALID_SPACE
 */
export function checkDefinition(record: unknown): StudyDefinition {
  const definition = parseStudyDefinition(record);
  checkGrid(definition);
  checkDocument(definition);
  checkScheduler(definition);
  for (const given of definition.initial ?? []) checkGiven(definition.space, given);
  return definition;
}

function checkGrid(definition: StudyDefinition): void {
  const { name, sampler: choice, space, maxTrials, replicates, initial = [] } = definition;
  const sampler = createSampler(choice, space);
  if (sampler.size === null) return;
  const most = sampler.size * (replicates?.count ?? 1);
  if (maxTrials <= most + initial.length) return;
  const trainings = replicates === undefined ? "" : `, ${replicates.count} times each`;
  throw new TunesmithError("INVALID_USAGE", {
    message: `study \`${name}\`: \`maxTrials\` must be at most the ${sampler.size} points of the ${sampler.name}${trainings}, got ${maxTrials}.`,
    hint: `Ask for ${most} trials or fewer, or use the sampler \`random\`.`,
    facts: { maxTrials, size: sampler.size },
  });
}

function checkDocument({ name, baseDocument, space, seed, lengthPath, replicates }: StudyDefinition): void {
  if (typeof baseDocument !== "object" || baseDocument === null || Array.isArray(baseDocument)) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `study \`${name}\`: \`baseDocument\` must be an object, got ${JSON.stringify(baseDocument)}.`,
    });
  }
  checkPaths({ ...(baseDocument as { readonly [key: string]: Json }), seed }, space);
  const needed = [lengthPath, replicates?.over === "data.fold" ? "data.fold" : undefined];
  const missing = needed.find((path) => path !== undefined && valueAt(baseDocument, path) === undefined);
  if (missing === undefined) return;
  throw new TunesmithError("INVALID_USAGE", {
    message: `study \`${name}\`: \`baseDocument\` must have a value at \`${missing}\`, got none.`,
    facts: { path: missing },
  });
}

function checkScheduler({ name, scheduler: choice, ordered, ...definition }: StudyDefinition): void {
  if (choice === undefined) return;
  const context = { seed: definition.seed, study: name, ...definition.objective };
  const scheduler = createScheduler(choice, context);
  // Some need to know how long a trial is, and say so when they are asked.
  scheduler.nextStep({ number: 0, length: lengthOf(definition.baseDocument, definition) }, 0);
  if (ordered === undefined || scheduler.isOrderable === true) return;
  throw new TunesmithError("INVALID_USAGE", {
    message: `study \`${name}\`: ordered results need a scheduler that decides from them alone, got \`${choice.name}\`, which goes by what has arrived.`,
    hint: "Leave out `ordered`, or use a scheduler that only stops trials, such as `median`.",
    facts: { scheduler: choice.name },
  });
}
