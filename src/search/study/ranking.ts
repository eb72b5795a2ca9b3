/** Which configurations did best, as functions of the trials. */
import type { Configuration } from "../space/index.ts";
import { paretoFront, type StudyDefinition, type TrialRecord } from "../trial/index.ts";
import { lossOf, objectivesOf } from "./measure.ts";

/** A configuration with everything that was measured of it. */
export interface RankedConfiguration {
  /** The number of its first trial. */
  readonly number: number;
  readonly parameters: Configuration;
  /** Numbers of its trials, by replicate. */
  readonly trials: readonly number[];
  /** Of the objective over its completed trials; null when there is none with a value. */
  readonly mean: number | null;
  /** Sample standard deviation; null for fewer than two values. */
  readonly deviation: number | null;
  /** How many values the mean is of. */
  readonly count: number;
  /** False when the mean of an outcome constraint is broken, or was never measured. */
  readonly isFeasible: boolean;
}

/** A trial that no other beats in every objective. */
export interface FrontTrial {
  readonly number: number;
  /** One per objective, the main one first. */
  readonly values: readonly number[];
}

/** Feasible ones with a value first, the best of them at the top; of equals the one with the lower number. */
export function rankConfigurations(
  trials: readonly TrialRecord[],
  definition: StudyDefinition,
): readonly RankedConfiguration[] {
  const groups = Map.groupBy(trials, ({ number, origin }) => origin?.configuration ?? number);
  const ranked = [...groups].map(([number, group]) => rankedOf(number, group, definition));
  const lossOfRanked = ({ mean }: RankedConfiguration) =>
    mean === null ? Infinity : lossOf(mean, definition.objective);
  return ranked.toSorted(
    (a, b) =>
      Number(b.mean !== null && b.isFeasible) - Number(a.mean !== null && a.isFeasible) ||
      Number(b.mean !== null) - Number(a.mean !== null) ||
      // Both may be Infinity, whose difference is none.
      (lossOfRanked(a) < lossOfRanked(b) ? -1 : lossOfRanked(a) > lossOfRanked(b) ? 1 : a.number - b.number),
  );
}

function rankedOf(
  number: number,
  group: readonly TrialRecord[],
  definition: StudyDefinition,
): RankedConfiguration {
  const valued = group.filter(
    ({ state, objectiveValue }) => state === "completed" && objectiveValue !== null,
  );
  const values = valued.map(({ objectiveValue }) => objectiveValue!);
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    number,
    parameters: group[0]!.parameters,
    trials: group.map((trial) => trial.number),
    mean: values.length === 0 ? null : values.length === 1 ? values[0]! : mean,
    deviation: values.length < 2 ? null : Math.sqrt(squares / (values.length - 1)),
    count: values.length,
    isFeasible: (definition.outcomeConstraints ?? []).every((_, index) => {
      const broken = valued.map(({ violations }) => violations[index] ?? null);
      const known = broken.filter((one) => one !== null);
      return known.length === broken.length && known.reduce((sum, one) => sum + one, 0) <= 0;
    }),
  };
}

/** By number. */
export function frontOf(trials: readonly TrialRecord[], definition: StudyDefinition): readonly FrontTrial[] {
  const objectives = objectivesOf(definition);
  const measured = trials.flatMap(({ number, state, objectiveValue, otherValues, violations }) => {
    const values = [objectiveValue, ...otherValues];
    if (state !== "completed" || values.length < objectives.length) return [];
    if (values.includes(null) || violations.includes(null)) return [];
    return [{ number, values: values as number[], violations: violations as number[] }];
  });
  const losses = measured.map(({ values }) => values.map((value, at) => lossOf(value, objectives[at]!)));
  const front = paretoFront(
    losses,
    measured.map(({ violations }) => violations),
  );
  return front.map((index) => ({ number: measured[index]!.number, values: measured[index]!.values }));
}
