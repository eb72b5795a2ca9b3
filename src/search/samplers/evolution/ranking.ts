import { crowdingDistance, nonDominatedRanks } from "../../trial/index.ts";
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

/** Ranks and room of each among all of them, in the order given; with one objective the rank is that of its loss. */
export function placeAll(evaluations: readonly Evaluation[]): readonly Placed[] {
  const valued = evaluations.filter((one) => comparableLosses(one) !== null);
  const losses = valued.map((one) => comparableLosses(one)!);
  const ranks = nonDominatedRanks(
    losses,
    valued.map(({ violations }) => violations),
  );
  const places = new Map<Evaluation, Placed>();
  for (const members of Map.groupBy(valued.keys(), (index) => ranks[index]!).values()) {
    const room = crowdingDistance(members.map((index) => losses[index]!));
    for (const [place, index] of members.entries()) {
      const evaluation = valued[index]!;
      places.set(evaluation, { evaluation, rank: ranks[index]!, crowding: room[place]! });
    }
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
