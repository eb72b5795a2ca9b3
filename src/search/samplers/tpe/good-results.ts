import { crowdingDistance, nonDominatedRanks } from "../../trial/index.ts";
import type { Observed } from "./ledger.ts";

/**
 * The best results: by their order for one objective. For several, completed ones go by fronts, and of the front that is too
 * large for what is left, those that have most room around them.
 *
 * *Differs from the paper:* room is the crowding distance, not the hypervolume that a point adds: it needs no reference point,
 * and does not grow with the number of objectives.
 *
 * @param sorted in the order of results
 * @see Ozaki, Tanigaki, Watanabe, Onishi 2020, "Multiobjective Tree-Structured Parzen Estimator for Computationally Expensive
 *   Optimization Problems", section 4.2
 */
export function goodResults(
  sorted: readonly Observed[],
  { count, objectives }: { readonly count: number; readonly objectives: number },
): ReadonlySet<Observed> {
  if (objectives === 1) return new Set(sorted.slice(0, count));
  const completed = sorted.filter(({ rank }) => rank.tier === 0);
  const ranks = nonDominatedRanks(completed.map(lossesOf));
  const fronts: Observed[][] = [];
  for (const [index, observed] of completed.entries()) (fronts[ranks[index]!] ??= []).push(observed);
  const good = new Set<Observed>();
  for (const front of fronts) {
    for (const observed of leastCrowded(front, count - good.size)) good.add(observed);
    if (good.size === count) return good;
  }
  for (const observed of sorted.slice(completed.length, completed.length + count - good.size)) {
    good.add(observed);
  }
  return good;
}

/** Takes out the most crowded, some at a time, since their neighbours then have more room. */
function leastCrowded(front: readonly Observed[], count: number): readonly Observed[] {
  let left = front;
  while (left.length > count) {
    const room = crowdingDistance(left.map(lossesOf));
    const order = left.map((_, index) => index).toSorted((i, j) => room[i]! - room[j]! || j - i);
    const dropped = new Set(order.slice(0, Math.ceil((left.length - count) / 4)));
    left = left.filter((_, index) => !dropped.has(index));
  }
  return left;
}

function lossesOf({ evaluation }: Observed): readonly number[] {
  return evaluation.losses!;
}
