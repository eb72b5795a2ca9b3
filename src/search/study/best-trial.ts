import type { Objective, StudyDefinition, TrialRecord } from "../trial/index.ts";
import { areTied, wilsonInterval } from "./proportion.ts";
import { rankConfigurations, type RankedConfiguration } from "./ranking.ts";

/**
 * The completed trial with the best objective value; of equals, the one with the lowest number. Where configurations are
 * trained several times, the first trial of the configuration whose mean is best. Trials that break an outcome constraint
 * do not count.
 */
export interface BestTrial {
  readonly trial: TrialRecord;
  /** 95 % interval of the trial's accuracy as a proportion of the examples it was measured on; null when unknown. */
  readonly interval: readonly [number, number] | null;
  /** Numbers of the other completed trials that cannot be told apart from the best; equal values at least. */
  readonly tiedWith: readonly number[];
  /** The trainings of the best configuration; null when it was trained once. */
  readonly replicates: { readonly mean: number; readonly deviation: number; readonly count: number } | null;
}

export interface BestOptions {
  /**
   * Number of examples that the objective's metric was measured on, when it is an accuracy. Repeats over seeds are measured on the
   * same ones, so a mean over them is no surer of what these examples cannot tell.
   */
  readonly examples?: number;
}

/** The ranking behind `Study.best`, as a function of trials; null when there is none with a value. */
export function rankBest(
  trials: readonly TrialRecord[],
  definition: StudyDefinition,
  options: BestOptions = {},
): (Omit<BestTrial, "trial"> & { readonly number: number }) | null {
  const ranked = rankConfigurations(trials, definition).filter(isValued);
  const [best] = ranked;
  if (best?.isFeasible !== true) return null;
  const { mean, deviation, count } = best;
  const examples = isProportion(definition.objective, ranked) ? options.examples : undefined;
  return {
    // The first trial may have failed.
    number: best.trials.find((number) => trials[number]!.state === "completed")!,
    interval: examples === undefined ? null : wilsonInterval(mean, examples),
    tiedWith: ranked
      .filter(({ number, isFeasible }) => isFeasible && number !== best.number)
      .filter((other) => (examples === undefined ? other.mean === mean : areTied(mean, other.mean, examples)))
      .map(({ number }) => number)
      .toSorted((a, b) => a - b),
    replicates: deviation === null ? null : { mean, deviation, count },
  };
}

const isValued = (one: RankedConfiguration): one is RankedConfiguration & { readonly mean: number } =>
  one.mean !== null;

/** Only an accuracy from 0 to 1 is a proportion of examples. */
function isProportion({ metric }: Objective, ranked: readonly { readonly mean: number }[]): boolean {
  const isAccuracy = metric.split("/").at(-1) === "accuracy";
  return isAccuracy && ranked.every(({ mean }) => mean >= 0 && mean <= 1);
}
