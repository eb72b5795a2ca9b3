/**
 * A trial that is run again starts from its last checkpoint or from the beginning. What it reports from there on stands
 * in place of what earlier attempts reported, also at later steps, where the two may differ (an external command need
 * not repeat itself): else a curve would end with values of an attempt that no longer counts.
 */
import type { Observation, ObservationRecord } from "./records.ts";

/**
 * The curve of one metric after `attempt` reported `added`: earlier attempts keep only the steps before its first.
 *
 * @param stored one metric's observations; @param added of the same metric, in any order.
 * @returns ordered by step.
 */
export function succeedCurve(
  stored: readonly ObservationRecord[],
  added: readonly Observation[],
  attempt: number,
): ObservationRecord[] {
  if (added.length === 0) return [...stored];
  const firstStep = added.reduce((first, { step }) => Math.min(first, step), Number.POSITIVE_INFINITY);
  const byStep = new Map(
    stored.filter((o) => o.attempt >= attempt || o.step < firstStep).map((o) => [o.step, o] as const),
  );
  for (const observation of added) byStep.set(observation.step, { ...observation, attempt });
  return [...byStep.values()].toSorted((a, b) => a.step - b.step);
}
