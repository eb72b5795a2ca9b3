/**
 * The order of results by all of their losses: those that kept the outcome constraints and came to their end by fronts; then those
 * that a scheduler stopped or that are paused, the further they came the better; then what breaks a constraint, the less the
 * better. What failed is last.
 */
import { crowdingDistance, nonDominatedRanks, totalViolation } from "../../trial/index.ts";
import type { Evaluation } from "../sampler.ts";

/** An evaluation's place among others. */
export interface Placed {
  readonly evaluation: Evaluation;
  /** Number of its front, from 0; Infinity for what failed. */
  readonly rank: number;
  /** Room in its front; the more the better among equal ranks. */
  readonly crowding: number;
}

/** Its losses, or null when it has none to compare. */
export function comparableLosses({ losses }: Evaluation): readonly number[] | null {
  return losses !== null && losses.length > 0 && losses.every(Number.isFinite) ? losses : null;
}

/** Smaller comes first; within equals the losses decide. */
function tierOf({ state, fidelity, violations }: Evaluation): number {
  if (totalViolation(violations) > 0) return 2;
  return state === "completed" ? 0 : 1 - fidelity / 2;
}

/** Ranks and room of each among all of them, in the order given; with one objective the rank is that of its loss. */
export function placeAll(evaluations: readonly Evaluation[]): readonly Placed[] {
  const places = new Map<Evaluation, Placed>();
  const valued = evaluations.filter((one) => comparableLosses(one) !== null);
  const tiers = [...Map.groupBy(valued, tierOf)].toSorted(([a], [b]) => a - b);
  let better = 0;
  for (const [, members] of tiers) {
    const losses = members.map((one) => comparableLosses(one)!);
    const ranks = nonDominatedRanks(
      losses,
      members.map(({ violations }) => violations),
    );
    const fronts = Map.groupBy(members.keys(), (index) => ranks[index]!);
    for (const [rank, front] of fronts) {
      const room = crowdingDistance(front.map((index) => losses[index]!));
      for (const [place, index] of front.entries()) {
        const evaluation = members[index]!;
        places.set(evaluation, { evaluation, rank: better + rank, crowding: room[place]! });
      }
    }
    better += fronts.size;
  }
  return evaluations.map(
    (evaluation) => places.get(evaluation) ?? { evaluation, rank: Infinity, crowding: 0 },
  );
}

/** Best first; of equals the older one. */
export function comparePlaced(a: Placed, b: Placed): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  if (a.crowding !== b.crowding) return b.crowding - a.crowding;
  return a.evaluation.number - b.evaluation.number;
}

/** By the main objective alone, best first; both have losses. */
export function compareMain(a: Evaluation, b: Evaluation): number {
  return (
    tierOf(a) - tierOf(b) ||
    totalViolation(a.violations) - totalViolation(b.violations) ||
    a.losses![0]! - b.losses![0]!
  );
}
