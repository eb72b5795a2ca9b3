import { isBetter, type Objective, type TrialRecord } from "../trial/index.ts";
import type { ObjectiveValueRecord } from "../storage/index.ts";
import { areTied, wilsonInterval } from "./proportion.ts";

/** The completed trial with the best objective value; of equals, the one with the lowest number. */
export interface BestTrial {
  readonly trial: TrialRecord;
  /** 95 % interval of the trial's accuracy as a proportion of the examples it was measured on; null when unknown. */
  readonly interval: readonly [number, number] | null;
  /** Numbers of the other completed trials that cannot be told apart from the best; equal values at least. */
  readonly tiedWith: readonly number[];
}

export interface BestOptions {
  /** Number of examples that the objective's metric was measured on, when it is an accuracy. */
  readonly examples?: number;
}

/** The ranking behind `Study.best`, as a function of values; null when there is none. */
export function rankBest(
  values: readonly ObjectiveValueRecord[],
  objective: Objective,
  options: BestOptions = {},
): (Omit<BestTrial, "trial"> & { readonly number: number }) | null {
  let best: ObjectiveValueRecord | null = null;
  for (const candidate of values) {
    if (isBetter(candidate.objectiveValue, best?.objectiveValue ?? null, objective.direction))
      best = candidate;
  }
  if (best === null) return null;
  const { number, objectiveValue } = best;
  const examples = isProportion(objective, values) ? options.examples : undefined;
  return {
    number,
    interval: examples === undefined ? null : wilsonInterval(objectiveValue, examples),
    tiedWith: values
      .filter((other) => other.number !== number)
      .filter((other) =>
        examples === undefined
          ? other.objectiveValue === objectiveValue
          : areTied(objectiveValue, other.objectiveValue, examples),
      )
      .map((other) => other.number),
  };
}

/** Only an accuracy from 0 to 1 is a proportion of examples. */
function isProportion({ metric }: Objective, values: readonly ObjectiveValueRecord[]): boolean {
  const isAccuracy = metric.split("/").at(-1) === "accuracy";
  return isAccuracy && values.every(({ objectiveValue }) => objectiveValue >= 0 && objectiveValue <= 1);
}
