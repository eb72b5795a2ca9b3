/**
 * The configurations where a surface is highest, best first: looked for all over the space and around the best that are
 * known, then uphill from the most promising of both.
 */
import type { SobolSequence } from "../quasi-random/sobol-sequence.ts";
import type { Surface } from "./acquisition.ts";
import { climb, type Scored } from "./climb.ts";
import type { Layout, Place, Units } from "./layout.ts";

export interface ProposeOptions {
  readonly layout: Layout;
  readonly surface: Surface;
  /** The best that are known, in whose neighbourhood to look. */
  readonly around: readonly Place[];
  /** How many places are compared before any is climbed from. */
  readonly candidates: number;
  /** How many are climbed from. */
  readonly climbs: number;
  /** Points with a dimension per coordinate of the layout, of this proposal alone. */
  readonly sequence: SobolSequence;
  /** Uniform numbers, each asked for once. */
  readonly next: () => number;
}

/** The share of candidates that are drawn from the whole space. */
const spreadShare = 0.5;
/** Attempts at a place that keeps the constraints, per candidate. */
const mostAttempts = 20;
const firstAscent = 12;
const lastAscent = 40;
const refined = 3;

export function propose({
  layout,
  surface,
  around,
  candidates,
  climbs,
  sequence,
  next,
}: ProposeOptions): readonly Scored[] {
  const score = (place: Place): Scored => ({ place, value: surface(place.features) });
  const spread = spreadPlaces(layout, Math.ceil(candidates * spreadShare), sequence).map(score);
  const near = nearPlaces(layout, around, { count: candidates - spread.length, next }).map(score);
  const known = around.slice(0, 1).map(score);
  const starts = chooseStarts([...spread, ...near], climbs, next);
  const options = { layout, surface, next };
  const climbed = [...starts, ...known].map((start) =>
    climb(start, { ...options, evaluations: firstAscent, rounds: 2 }),
  );
  const best = climbed.toSorted(byValue);
  const finished = best
    .slice(0, refined)
    .map((start) => climb(start, { ...options, evaluations: lastAscent, rounds: 4 }));
  // What was merely looked at comes last: it is there in case the best were all tried.
  return [...finished, ...best, ...starts, ...spread, ...near].toSorted(byValue);
}

function byValue(a: Scored, b: Scored): number {
  return b.value - a.value;
}

/**
 * The best, and others drawn by how large their acquisition is: the largest sums of logarithm and Gumbel's noise are a draw
 * without replacement.
 */
function chooseStarts(scored: readonly Scored[], count: number, next: () => number): readonly Scored[] {
  const best = scored.reduce((most, one) => (one.value > most.value ? one : most));
  const keyed = scored.map((one) => ({
    one,
    key: one === best ? Infinity : one.value - Math.log(-Math.log(1 - next())),
  }));
  return keyed
    .toSorted((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ one }) => one);
}

function spreadPlaces(layout: Layout, count: number, sequence: SobolSequence): readonly Place[] {
  const { coordinates } = layout;
  const size = 1 + Math.max(...coordinates.map(({ index }) => index));
  const places: Place[] = [];
  for (let index = 0; places.length < count && index < count * mostAttempts; index++) {
    const point = sequence.point(index);
    const units = new Float64Array(size).fill(0.5);
    for (const [i, coordinate] of coordinates.entries()) units[coordinate.index] = point[i]!;
    const place = layout.placeAt(units);
    if (place !== null) places.push(place);
  }
  return places;
}

function nearPlaces(
  layout: Layout,
  around: readonly Place[],
  { count, next }: { readonly count: number; readonly next: () => number },
): readonly Place[] {
  if (around.length === 0) return [];
  const places: Place[] = [];
  for (let attempt = 0; places.length < count && attempt < count * mostAttempts; attempt++) {
    const place = layout.placeAt(perturbed(layout, around[attempt % around.length]!.units, next));
    if (place !== null) places.push(place);
  }
  return places;
}

/** One coordinate or more, by little or by much. */
function perturbed({ coordinates }: Layout, from: Units, next: () => number): Units {
  const units = from.slice();
  const share = Math.max(next() ** 2, 1 / coordinates.length);
  const width = 0.3 * 10 ** (-2 * next());
  const always = Math.floor(next() * coordinates.length);
  for (const [i, { index, kind, values }] of coordinates.entries()) {
    if (i !== always && next() >= share) continue;
    if (kind === "category") {
      units[index] = next();
      continue;
    }
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    // A step of less than a value would be none.
    const least = values === null ? 0 : 1 / values.length;
    units[index] = reflected(units[index]! + Math.max(width, least) * normal);
  }
  return units;
}

function reflected(unit: number): number {
  const turned = Math.abs(unit) % 2;
  return turned > 1 ? 2 - turned : turned;
}
