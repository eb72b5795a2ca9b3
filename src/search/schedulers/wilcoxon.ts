/**
 * Stops a repeat of a configuration whose finished repeats are worse than those of the best one, by the signed-rank test on the
 * repeats that both have. With fewer than four common repeats the test cannot come below 0.1.
 *
 * The test is made again with each repeat, so its p is no error rate of the whole study.
 *
 * @see Wilcoxon 1945, "Individual Comparisons by Ranking Methods"; the rule follows Optuna's `WilcoxonPruner`
 */
import { z } from "zod";

import { reduceCurve, type Ruling } from "../trial/index.ts";
import type { Scheduler, SchedulerContext, TrialCurve } from "./scheduler.ts";

export const wilcoxonOptions = z.object({
  /** A repeat is stopped when p is below. */
  pThreshold: z.number().gt(0).lt(1).default(0.1),
  /** Nothing is stopped before so many repeats are common; two at least. */
  startupReplicates: z.int().min(2).default(2),
});

/**
 * The probability, when either sign of every difference is as likely, of a sum of ranks of the positive ones at least as
 * large as this one. Ties share their mean rank, and half the ranks of zeros count as positive ("zsplit"). Exact.
 */
export function signedRankProbability(differences: readonly number[]): number {
  const sorted = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  // Twice the mean rank of each, a whole number.
  const ranks = sorted.map((difference) => {
    const first = sorted.findIndex((other) => Math.abs(other) === Math.abs(difference));
    const last = sorted.findLastIndex((other) => Math.abs(other) === Math.abs(difference));
    return first + last + 2;
  });
  const signed = ranks.filter((_, index) => sorted[index] !== 0);
  const positive = ranks.reduce((sum, rank, index) => (sorted[index]! > 0 ? sum + rank : sum), 0);
  // Of all assignments of signs, the share that gives each sum; zeros add the same to every sum and drop out.
  let shares = [1];
  for (const rank of signed) {
    const next = Array.from({ length: shares.length + rank }, () => 0);
    shares.forEach((share, sum) => {
      next[sum]! += share / 2;
      next[sum + rank]! += share / 2;
    });
    shares = next;
  }
  return shares.slice(positive).reduce((sum, share) => sum + share, 0);
}

export function createWilcoxonScheduler(
  { pThreshold, startupReplicates }: z.output<typeof wilcoxonOptions>,
  { reduce }: SchedulerContext,
): Scheduler {
  return {
    name: "wilcoxon",
    isOrderable: true,
    nextStep: ({ length }, step) => (step < 1 && length > 1 ? 1 : Infinity),
    judge(trial, trials): Ruling | null {
      const [first, second] = trial.points;
      if (first === undefined || second !== undefined || first.step >= trial.length) return null;
      const results = resultsByConfiguration(trials, reduce);
      const own = results.get(trial.configuration);
      if (own === undefined) return null;
      const best = bestOf(results, own, startupReplicates);
      if (best === null || best.configuration === trial.configuration) return null;
      const common = commonReplicates(own, best.losses);
      const differences = common.map((replicate) => own.get(replicate)! - best.losses.get(replicate)!);
      const loss = meanOf(common.map((replicate) => own.get(replicate)!));
      const threshold = meanOf(common.map((replicate) => best.losses.get(replicate)!));
      const probability = signedRankProbability(differences);
      if (loss <= threshold || probability >= pThreshold) return null;
      const facts = { replicates: common.length, best: best.configuration };
      return { action: "stop", rule: "wilcoxon", step: first.step, loss, threshold, probability, facts };
    },
  };
}

/** Final losses by replicate, of completed trials. */
type Results = ReadonlyMap<number, number>;

function resultsByConfiguration(
  trials: readonly TrialCurve[],
  reduce: SchedulerContext["reduce"],
): ReadonlyMap<number, Results> {
  const results = new Map<number, Map<number, number>>();
  for (const { state, points, configuration, replicate } of trials) {
    if (state !== "completed") continue;
    const curve = points.map(({ step, loss }) => ({ step, value: loss }));
    const loss = reduceCurve(curve, { direction: "minimize", reduce });
    if (loss === null) continue;
    const losses = results.get(configuration) ?? new Map<number, number>();
    results.set(configuration, losses.set(replicate, loss));
  }
  return results;
}

/** The configuration of the smallest mean among those with enough repeats in common; of equal ones the first. */
function bestOf(
  results: ReadonlyMap<number, Results>,
  own: Results,
  startup: number,
): { readonly configuration: number; readonly losses: Results } | null {
  const comparable = [...results]
    .map(([configuration, losses]) => ({ configuration, losses, mean: meanOf([...losses.values()]) }))
    .filter(({ losses }) => commonReplicates(own, losses).length >= startup)
    .toSorted((a, b) => a.mean - b.mean || a.configuration - b.configuration);
  return comparable[0] ?? null;
}

function commonReplicates(own: Results, other: Results): number[] {
  return [...own.keys()].filter((replicate) => other.has(replicate)).toSorted((a, b) => a - b);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
