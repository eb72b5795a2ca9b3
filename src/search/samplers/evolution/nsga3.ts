/**
 * NSGA-III: as NSGA-II, but of the last front that fits only in part those survive that lie in directions of which few have survived.
 * Among more than two objectives nearly everything is undominated and crowding says little; directions keep the front covered.
 *
 * *Differs from the paper:* as `nsga2`; the plane through the extreme points is given up for the worst losses of the best front
 * whenever it does not cut every axis beyond the best losses.
 *
 * @see Deb, Jain 2014, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting
 *   Approach, Part I", sections IV.A to IV.D
 */
import type { z } from "zod";

import { RandomStream } from "../../../base/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import type { Evaluation, Sampler } from "../sampler.ts";
import {
  createPopulationSampler,
  type populationOptions,
  type SelectionOptions,
} from "./population-sampler.ts";
import { comparableLosses, comparePlaced, placeAll, type Placed } from "./ranking.ts";
import { distanceToLine, referenceDirections } from "./reference-directions.ts";

export function createNsga3Sampler(space: SearchSpace, options: z.output<typeof populationOptions>): Sampler {
  return createPopulationSampler(space, options, {
    name: "nsga3",
    select: selectByDirections,
    // Within a front every direction counts the same.
    compare: (a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank),
  });
}

function selectByDirections(pool: readonly Evaluation[], options: SelectionOptions): readonly Placed[] {
  const { size } = options;
  const ordered = placeAll(pool).toSorted(comparePlaced);
  const lastRank = ordered[size - 1]?.rank;
  if (lastRank === undefined || ordered[size]?.rank !== lastRank || lastRank === Infinity) {
    return ordered.slice(0, size);
  }
  const certain = ordered.filter(({ rank }) => rank < lastRank);
  const split = ordered.filter(({ rank }) => rank === lastRank);
  return [...certain, ...fillNiches(certain, split, options)];
}

interface Niche {
  count: number;
  /** Of the last front, the nearest one last. */
  readonly candidates: { readonly placed: Placed; readonly distance: number }[];
}

/** Of the last front as many as are missing, for the directions with the fewest survivors first. */
function fillNiches(
  certain: readonly Placed[],
  split: readonly Placed[],
  { size, seed, generation }: SelectionOptions,
): readonly Placed[] {
  const considered = [...certain, ...split];
  const points = normalised(considered);
  const directions = referenceDirections(points[0]!.length, size);
  const niches = directions.map((): Niche => ({ count: 0, candidates: [] }));
  for (const [index, placed] of considered.entries()) {
    const distances = directions.map((direction) => distanceToLine(points[index]!, direction));
    const distance = Math.min(...distances);
    const niche = niches[distances.indexOf(distance)]!;
    if (index < certain.length) niche.count++;
    else niche.candidates.push({ placed, distance });
  }
  for (const { candidates } of niches) candidates.sort((a, b) => b.distance - a.distance);
  const stream = new RandomStream(seed, "nsga3", "niches", generation);
  const chosen: Placed[] = [];
  let open = niches.filter(({ candidates }) => candidates.length > 0);
  for (let used = 0; certain.length + chosen.length < size; used += 2) {
    const fewest = Math.min(...open.map(({ count }) => count));
    const emptiest = open.filter(({ count }) => count === fewest);
    const niche = emptiest[stream.integerBelow(emptiest.length, used)]!;
    const { candidates } = niche;
    // The first one stands for the direction; more only have to be different.
    const place = fewest === 0 ? candidates.length - 1 : stream.integerBelow(candidates.length, used + 1);
    chosen.push(candidates.splice(place, 1)[0]!.placed);
    niche.count++;
    open = open.filter((one) => one.candidates.length > 0);
  }
  return chosen;
}

/** Losses on a scale from the best, 0, to where the front is thought to meet each axis, 1. */
function normalised(placed: readonly Placed[]): readonly (readonly number[])[] {
  const losses = placed.map(({ evaluation }) => comparableLosses(evaluation)!);
  const axes = losses[0]!.map((_, axis) => axis);
  const ideal = axes.map((axis) => Math.min(...losses.map((one) => one[axis]!)));
  const points = losses.map((one) => one.map((loss, axis) => loss - ideal[axis]!));
  const best = points.filter((_, index) => placed[index]!.rank === placed[0]!.rank);
  const worst = axes.map((axis) => Math.max(...best.map((point) => point[axis]!)));
  const ends = intercepts(points) ?? worst;
  return points.map((point) => point.map((x, axis) => x / (ends[axis]! > 0 ? ends[axis]! : 1)));
}

/** Where the plane through the extreme points meets the axes; null when there is no such plane. */
function intercepts(points: readonly (readonly number[])[]): readonly number[] | null {
  const axes = points[0]!.map((_, axis) => axis);
  const rows = axes.map((axis) => {
    const achievement = (point: readonly number[]) =>
      Math.max(...point.map((x, other) => (other === axis ? x : x * 1e6)));
    const extreme = points.reduce((a, b) => (achievement(b) < achievement(a) ? b : a));
    return [...extreme, 1];
  });
  for (const column of axes) {
    const pivot = axes
      .slice(column)
      .reduce((a, b) => (Math.abs(rows[b]![column]!) > Math.abs(rows[a]![column]!) ? b : a));
    if (Math.abs(rows[pivot]![column]!) < 1e-12) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (const row of axes) {
      if (row === column) continue;
      const share = rows[row]![column]! / rows[column][column]!;
      rows[row] = rows[row]!.map((x, entry) => x - share * rows[column]![entry]!);
    }
  }
  const ends = axes.map((axis) => rows[axis]![axis]! / rows[axis]!.at(-1)!);
  return ends.every((end) => end > 1e-12 && Number.isFinite(end)) ? ends : null;
}
