/** When stopping rules that look at every so many steps judge: at warmupSteps, warmupSteps + intervalSteps ... */
import type { TrialCurve } from "./scheduler.ts";

export interface IntervalOptions {
  readonly warmupSteps: number;
  readonly intervalSteps: number;
}

/** The first step after `step` that is judged; Infinity when that is not before the trial's end, where stopping saves nothing. */
export function intervalStepAfter(
  { warmupSteps, intervalSteps }: IntervalOptions,
  length: number,
  step: number,
): number {
  // Steps count from 1; with no warm-up the first interval begins with the first step.
  const first = Math.max(1, warmupSteps);
  const passed = Math.floor((step - warmupSteps) / intervalSteps) + 1;
  const next = step < first ? first : warmupSteps + passed * intervalSteps;
  return next < length ? next : Infinity;
}

/** True when the trial's last point is the first in an interval. */
export function isIntervalReached(options: IntervalOptions, { points, length }: TrialCurve): boolean {
  const last = points.at(-1);
  if (last === undefined || last.step >= length) return false;
  return intervalStepAfter(options, length, points.at(-2)?.step ?? 0) <= last.step;
}
