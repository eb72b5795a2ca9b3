/**
 * What a history says to the models.
 *
 * A trial that was stopped counts with the loss that it had reached, at most the upper decile of the completed ones: its curve
 * would have gone on down, how far nobody knows, and its level at an early step must not look worse than all that ran to
 * their ends. A completed trial without a finite loss has failed. Failures say where trials fail and nothing about losses.
 */
import type { Evaluation } from "../sampler.ts";

export interface Evidence {
  /** With a finite loss for every objective, in the order of the history. */
  readonly valued: readonly Evaluation[];
  readonly failed: readonly Evaluation[];
  readonly pending: readonly Evaluation[];
}

export function evidenceOf(history: readonly Evaluation[]): Evidence {
  const ended = history.filter(({ state }) => state !== "pending");
  const hasLosses = ({ state, losses }: Evaluation) =>
    state !== "failed" && losses !== null && losses.every(Number.isFinite);
  return {
    valued: ended.filter(hasLosses),
    failed: ended.filter((one) => one.state !== "stopped" && !hasLosses(one)),
    pending: history.filter(({ state }) => state === "pending"),
  };
}

const upperDecile = 0.9;

/** The losses in one objective, of stopped trials bounded by the completed ones among the same. */
export function lossesOf(valued: readonly Evaluation[], objective: number): readonly number[] {
  const lossOf = ({ losses }: Evaluation) => losses![objective]!;
  const completed = valued
    .filter(({ state }) => state === "completed")
    .map(lossOf)
    .toSorted((a, b) => a - b);
  const most = completed[Math.floor(upperDecile * (completed.length - 1))] ?? Infinity;
  return valued.map((one) => (one.state === "completed" ? lossOf(one) : Math.min(lossOf(one), most)));
}

/** Whether all outcome constraints are kept, as far as they were measured. */
export function isKept({ violations }: Evaluation): boolean {
  return violations.every((violation) => !(violation > 0));
}

/** The variance of one measurement by the replicates, in the units of losses, and from how many differences it is known. */
export function replicateVariance(
  valued: readonly Evaluation[],
  objective: number,
  slopeAt: (loss: number) => number,
): { readonly variance: number; readonly freedom: number } {
  let sum = 0;
  let freedom = 0;
  for (const { variances, replicates, losses } of valued) {
    const variance = variances?.[objective];
    if (variance === undefined || !Number.isFinite(variance)) continue;
    sum += (replicates - 1) * variance * slopeAt(losses![objective]!) ** 2;
    freedom += replicates - 1;
  }
  return { variance: freedom === 0 ? 0 : sum / freedom, freedom };
}
