/**
 * Racing of configurations that are trained several times: one that is clearly worse than the best gets no more repeats.
 *
 * The test is made again after each repeat, so over a whole race a configuration that is as good as the best is dropped more often
 * than `alpha` says: with five looks at 0.05 in about one race in six. That costs a repeat of an equal one, never
 * the best itself, which is not raced against itself.
 */
import { normalCumulative } from "../../base/index.ts";
import { studentUpperTail } from "./student.ts";

export interface RacingOptions {
  /** The variance of one configuration's losses over its repeats, pooled over configurations; null when nobody knows it. */
  readonly pooledVariance: number | null;
  /** One-sided. Defaults to 0.05. */
  readonly alpha?: number;
}

/**
 * Whether the candidate's losses are larger than the best's by more than chance explains: a paired t-test on the repeats that both
 * have; with one of them a z-test on the pooled variance; never without anything to compare.
 *
 * @param candidate losses by repeat, which share their seed or fold with the same place of @param best; a loss that is not
 * finite is a failed training: a candidate with one is clearly worse, and a best one with it no measure.
 */
export function isClearlyWorse(
  candidate: readonly number[],
  best: readonly number[],
  options: RacingOptions,
): boolean {
  const { alpha = 0.05 } = options;
  const count = Math.min(candidate.length, best.length);
  const differences = Array.from({ length: count }, (_, index) => candidate[index]! - best[index]!);
  if (count === 0 || !best.slice(0, count).every(Number.isFinite)) return false;
  if (!differences.every(Number.isFinite)) return true;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / count;
  if (mean <= 0) return false;
  if (count === 1) {
    const variance = options.pooledVariance;
    return variance !== null && 1 - normalCumulative(mean / Math.sqrt(2 * variance)) < alpha;
  }
  const variance = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / (count - 1);
  return studentUpperTail(mean / Math.sqrt(variance / count), count - 1) < alpha;
}

/** The variance within groups, over all groups together; null when no group has two finite losses. */
export function pooledVariance(groups: readonly (readonly number[])[]): number | null {
  let squares = 0;
  let degrees = 0;
  for (const group of groups) {
    const finite = group.filter(Number.isFinite);
    const mean = finite.reduce((sum, loss) => sum + loss, 0) / finite.length;
    squares += finite.reduce((sum, loss) => sum + (loss - mean) ** 2, 0);
    degrees += Math.max(0, finite.length - 1);
  }
  return degrees === 0 ? null : squares / degrees;
}
