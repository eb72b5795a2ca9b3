/**
 * The order of results, best first: completed ones by loss; then those that a scheduler stopped, by how far they came and then
 * by loss; then those that break an outcome constraint, by how much. What failed or still runs has no place in it.
 *
 * **Noise.** Where configurations are repeated, a mean over r repeats counts as the mean plus one standard error s/√r, s being
 * pooled over all configurations: of equal means the one that is known better comes first, and one lucky value does not
 * outrank what several repeats agree on. Without repeats s is unknown and means count as they are.
 */
import type { Evaluation } from "../sampler.ts";

export interface Rank {
  /** 0 completed, 1 stopped, 2 infeasible; unmeasured comes after them and is never good. */
  readonly tier: 0 | 1 | 2 | typeof unmeasured;
  /** Smaller is better within the tier. */
  readonly first: number;
  /** Decides between equal ones. */
  readonly second: number;
}

export const unmeasured = 3;

/** @param deviation of one result, pooled over the configurations that were repeated; 0 when none was */
export function rankOf(evaluation: Evaluation, deviation: number): Rank {
  const { state, losses, violations, fidelity, replicates } = evaluation;
  const loss = losses?.[0] ?? Number.NaN;
  if (state === "pending" || state === "failed" || losses === null || !losses.every(Number.isFinite)) {
    return { tier: unmeasured, first: 0, second: 0 };
  }
  const violation = violationOf(violations);
  const careful = loss + deviation / Math.sqrt(Math.max(1, replicates));
  if (violation > 0) return { tier: 2, first: violation, second: careful };
  if (state === "stopped") return { tier: 1, first: -fidelity, second: careful };
  return { tier: 0, first: careful, second: 0 };
}

/** By how much the broken constraints are broken together; infinite when it cannot be said. */
function violationOf(violations: readonly number[]): number {
  const total = violations.reduce((sum, violation) => sum + (violation <= 0 ? 0 : violation), 0);
  return Number.isNaN(total) ? Infinity : total;
}

/** Negative when `a` is the better one. */
export function compareRanks(a: Rank, b: Rank): number {
  if (a.tier !== b.tier) return a.tier - b.tier;
  // Not a difference: two infinite violations are equal.
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  return a.second - b.second;
}
