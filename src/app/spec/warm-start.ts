/** Results of other studies that a new one learns from: those whose configuration stands in the new study's space. */
import { isAbsolute, resolve } from "node:path";

import type { Json } from "../../base/index.ts";
import {
  chooseConfiguration,
  configurationKey,
  containsConfiguration,
  type Configuration,
} from "../../search/space/index.ts";
import type { Storage } from "../../search/storage/index.ts";
import {
  reduceCurve,
  type PriorTrial,
  type StudyDefinition,
  type TrialRecord,
} from "../../search/trial/index.ts";
import { valueAt } from "./document-schema.ts";
import type { SearchFile } from "./search-schema.ts";

/** A study of which a new one takes the results. */
export interface WarmStart {
  readonly study: string;
  /** An absolute path; null: the store that the new study goes into. */
  readonly store: string | null;
}

export function warmStartsOf(written: SearchFile["warmStart"] = [], folder: string): WarmStart[] {
  return written.map((one) => {
    if (typeof one === "string") return { study: one, store: null };
    const { study, store } = one;
    if (store === undefined || isAbsolute(store)) return { study, store: store ?? null };
    return { study, store: resolve(folder, store) };
  });
}

export interface PriorResults {
  /** One for each configuration, its values the means over the trials that had it. */
  readonly prior: readonly PriorTrial[];
  /** How many completed trials gave them. */
  readonly taken: number;
  /** How many completed trials stand outside the space or lack a value of an objective. */
  readonly leftOut: number;
}

/**
 * The completed trials of a study as a new study's prior knowledge. What a trial's parameters do not say is read from
 * its document, so a study over other parameters of the same document counts where it trained with values of this space.
 *
 * @throws STUDY_NOT_FOUND
 */
export async function readPrior(
  storage: Storage,
  study: string,
  definition: Pick<StudyDefinition, "space" | "objective" | "otherObjectives">,
): Promise<PriorResults> {
  const { id } = await storage.getStudy(study);
  const { space, objective, otherObjectives = [] } = definition;
  const completed = (await storage.listTrials(id)).filter(({ state }) => state === "completed");
  const results = new Map<string, { readonly parameters: Configuration; readonly values: number[][] }>();
  let taken = 0;
  for (const trial of completed) {
    const parameters = configurationIn(space, trial);
    if (parameters === null) continue;
    const values: (number | null)[] = [];
    for (const one of [objective, ...otherObjectives])
      values.push(reduceCurve(await storage.listObservations(trial.id, one.metric), one));
    if (values.includes(null)) continue;
    taken += 1;
    const key = configurationKey(parameters);
    const known = results.get(key);
    if (known === undefined) results.set(key, { parameters, values: [values as number[]] });
    else known.values.push(values as number[]);
  }
  const prior = [...results.values()].map(({ parameters, values }) => ({
    parameters,
    values: values[0]!.map((_, i) => values.reduce((sum, one) => sum + one[i]! / values.length, 0)),
    source: study,
  }));
  return { prior, taken, leftOut: completed.length - taken };
}

/** What the trial was trained with, as a configuration of the space; null where it stands outside. */
function configurationIn(space: StudyDefinition["space"], trial: TrialRecord): Configuration | null {
  let isWhole = true;
  const configuration = chooseConfiguration(space, ({ name }): Json => {
    const value = trial.parameters[name] ?? (valueAt(trial.document, name.split(".")) as Json | undefined);
    isWhole &&= value !== undefined;
    return value ?? null;
  });
  return isWhole && containsConfiguration(space, configuration) ? configuration : null;
}
