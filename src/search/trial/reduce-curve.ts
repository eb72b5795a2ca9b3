import { TunesmithError } from "../../base/index.ts";
import type { Objective, Reducer } from "./records.ts";

/** A point of a curve: one value of one metric. */
export interface CurvePoint {
  readonly step: number;
  readonly value: number;
}

const meanPattern = /^mean-of-last-([1-9]\d{0,5})$/;

export function isReducer(text: string): text is Reducer {
  return text === "last" || text === "best" || meanPattern.test(text);
}

/** @throws INVALID_USAGE unless the text is `last`, `best` or `mean-of-last-K` with K from 1 to 999999. */
export function parseReducer(text: string): Reducer {
  if (isReducer(text)) return text;
  throw new TunesmithError("INVALID_USAGE", {
    message: `objective: reduce must be \`last\`, \`best\` or \`mean-of-last-K\` with K >= 1, got \`${text}\`.`,
    hint: "`last` takes the final epoch, `best` the best epoch, `mean-of-last-5` the mean of the final five.",
    facts: { reduce: text },
  });
}

/**
 * The one number of a curve that the study optimises; null when there is none.
 *
 * Values that are not finite: `last` is null when the last one is; `best` passes over them, and is null when none is
 * left; `mean-of-last-K` is null when one of the K is. A curve shorter than K is averaged as far as it goes.
 *
 * @param curve in any order, each step once.
 */
export function reduceCurve(
  curve: readonly CurvePoint[],
  objective: Pick<Objective, "direction" | "reduce">,
): number | null {
  const points = curve.toSorted((a, b) => a.step - b.step);
  switch (objective.reduce) {
    case "last":
      return finiteOrNull(points.at(-1)?.value);
    case "best": {
      const finite = points.map((point) => point.value).filter(Number.isFinite);
      return finite.reduce<number | null>(
        (best, value) => (isBetter(value, best, objective.direction) ? value : best),
        null,
      );
    }
    default: {
      const count = Number(meanPattern.exec(parseReducer(objective.reduce))![1]);
      const last = points.slice(-count);
      return last.length === 0
        ? null
        : finiteOrNull(last.reduce((sum, { value }) => sum + value / last.length, 0));
    }
  }
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** True when `a` is strictly better than `b`; a missing value is worse than any number. */
export function isBetter(a: number | null, b: number | null, direction: Objective["direction"]): boolean {
  if (a === null || b === null) return a !== null;
  return direction === "maximize" ? a > b : a < b;
}
