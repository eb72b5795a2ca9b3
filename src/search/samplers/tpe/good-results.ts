import { hypervolume, nonDominatedRanks } from "../../trial/index.ts";
import type { Observed } from "./ledger.ts";

/** Where the volume ends that points are measured by, the worst result being at 1: the worst still adds a little. */
const beyondWorst = 1.1;

/**
 * The best results: by their order for one objective. For several, completed ones go by fronts, and of the front that is too
 * large for what is left, those that together dominate most.
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
    for (const observed of mostVolume(front, count - good.size, completed)) good.add(observed);
    if (good.size === count) return good;
  }
  for (const observed of sorted.slice(completed.length, completed.length + count - good.size)) {
    good.add(observed);
  }
  return good;
}

/**
 * Takes up, one after the other, what adds most to the volume that is dominated so far. A point that is best in one objective and
 * poor in the others adds little, where distance to its neighbours would hold it dear.
 *
 * @param all completed results: their extent is the measure of each objective
 */
function mostVolume(
  front: readonly Observed[],
  count: number,
  all: readonly Observed[],
): readonly Observed[] {
  if (front.length <= count) return front;
  const scaled = scaledBy(all);
  const points = front.map((observed) => scaled(lossesOf(observed)));
  const reference = points[0]!.map(() => beyondWorst);
  const left = new Set(points);
  const taken: (readonly number[])[] = [];
  while (taken.length < count) {
    const gains = [...left].map((point) => ({ point, volume: hypervolume([...taken, point], reference) }));
    const { point } = gains.reduce((a, b) => (b.volume > a.volume ? b : a));
    left.delete(point);
    taken.push(point);
  }
  return front.filter((_, index) => !left.has(points[index]!));
}

/**
 * How much each of some results adds to the volume that they dominate together, as a share of the most that one adds; for results of
 * which none adds anything, 1.
 */
export function volumeShares(good: readonly Observed[]): readonly number[] {
  const measured = good.filter(({ rank }) => rank.tier === 0);
  if (measured.length < 2) return good.map(() => 1);
  const scaled = scaledBy(measured);
  const reference = lossesOf(measured[0]!).map(() => beyondWorst);
  const points = measured.map((observed) => scaled(lossesOf(observed)));
  const all = hypervolume(points, reference);
  const added = new Map(
    measured.map((one, index) => [one, all - hypervolume(points.toSpliced(index, 1), reference)]),
  );
  const most = Math.max(...added.values());
  return good.map((one) => (most > 0 ? (added.get(one) ?? 0) / most : 1));
}

/** Losses from 0 for the smallest to 1 for the largest of each objective. */
function scaledBy(all: readonly Observed[]): (losses: readonly number[]) => readonly number[] {
  const columns = lossesOf(all[0]!).map((_, objective) => all.map((one) => lossesOf(one)[objective]!));
  const low = columns.map((column) => Math.min(...column));
  const extent = columns.map((column, objective) => Math.max(...column) - low[objective]! || 1);
  return (losses) => losses.map((loss, objective) => (loss - low[objective]!) / extent[objective]!);
}

function lossesOf({ evaluation }: Observed): readonly number[] {
  return evaluation.losses!;
}
