/** Rungs: the steps at which trials are compared with each other, and what each of them had there. */
import { TunesmithError } from "../../base/index.ts";
import type { LossPoint } from "../trial/index.ts";
import type { TrialCurve } from "./scheduler.ts";

/** Products of an eta that is not whole may come out just below a whole number. */
const rounding = 1e-9;

/** Longer than any training: where rungs end of trials whose length nobody knows. */
const lastRung = 1e9;

/** `minSteps`, `minSteps * eta` ... below `maxSteps`, each a whole number larger than the one before. */
export function rungSteps(minSteps: number, eta: number, maxSteps: number): readonly number[] {
  const steps: number[] = [];
  for (let exact = minSteps; exact < Math.min(maxSteps, lastRung); exact *= eta) {
    const step = Math.floor(exact + rounding);
    if (step > (steps.at(-1) ?? 0) && step < maxSteps) steps.push(step);
  }
  return steps;
}

/**
 * R, the steps of a full training.
 *
 * @throws INVALID_USAGE when neither the scheduler nor the study says it
 */
export function fullLength(rule: string, maxSteps: number | undefined, length: number): number {
  const steps = maxSteps ?? length;
  if (Number.isFinite(steps)) return steps;
  throw new TunesmithError("INVALID_USAGE", {
    message: `scheduler \`${rule}\`: \`maxSteps\` must be given where the study does not say how long a trial is, got none.`,
    hint: "Give the scheduler `maxSteps`, or the study the path of the length (`lengthPath`).",
    facts: { scheduler: rule },
  });
}

/** The first of the steps after `step`; Infinity when there is none. */
export function stepAfter(steps: readonly number[], step: number): number {
  return steps.find((rung) => rung > step) ?? Infinity;
}

/** The index of the rung that the last point is the first to reach, of several the highest; -1 when it reaches none. */
export function rungReached(points: readonly LossPoint[], steps: readonly number[]): number {
  const last = points.at(-1)?.step ?? 0;
  const before = points.at(-2)?.step ?? 0;
  return steps.findLastIndex((step) => before < step && step <= last);
}

/** What counts in a comparison: every value that is not finite is worse than all that are. */
export function comparable(loss: number): number {
  return Number.isFinite(loss) ? loss : Infinity;
}

/** The comparable loss at a rung, that of the first point at or after its step; null before. */
export function lossAtRung({ points }: Pick<TrialCurve, "points">, step: number): number | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.step < step) low = middle + 1;
    else high = middle;
  }
  return low === points.length ? null : comparable(points[low]!.loss);
}

/** Its place among others, from 1; those that are equal share the best of their places. */
export function standing(
  loss: number,
  others: readonly number[],
): { readonly rank: number; readonly of: number } {
  const better = others.reduce((count, other) => (other < loss ? count + 1 : count), 0);
  return { rank: 1 + better, of: 1 + others.length };
}

/** The part of a ruling that is a number which may not be finite: records are JSON, and JSON has no others. */
export function whenFinite<K extends "loss" | "threshold">(
  key: K,
  value: number,
): { readonly [P in K]?: number } {
  return Number.isFinite(value) ? ({ [key]: value } as { readonly [P in K]: number }) : {};
}
