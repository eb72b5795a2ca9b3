/**
 * From a configuration uphill on a surface: all continuous parameters at once along the gradient, then one by one the
 * parameters with few values or without an order through their values, until neither helps.
 */
import type { Surface } from "./acquisition.ts";
import type { Coordinate, Layout, Place } from "./layout.ts";
import { minimise } from "./minimise.ts";

export interface Scored {
  readonly place: Place;
  readonly value: number;
}

export interface ClimbOptions {
  readonly layout: Layout;
  readonly surface: Surface;
  /** How often the gradient may be asked for in one ascent. */
  readonly evaluations: number;
  readonly rounds: number;
  /** Uniform numbers, each asked for once. */
  readonly next: () => number;
}

/** So many values are all looked at; of more, some. */
const mostListed = 12;
/** Relative to a logarithm of the acquisition. */
const worthwhile = 1e-4;

export function climb(start: Scored, options: ClimbOptions): Scored {
  let best = start;
  for (let round = 0; round < options.rounds; round++) {
    const before = best.value;
    best = ascend(best, options);
    const risen = best;
    best = walk(best, options);
    if (best === risen || best.value - before < worthwhile) break;
  }
  return best;
}

/** Along the gradient of what has an order and many values, as if it were continuous. */
function ascend(start: Scored, { layout, surface, evaluations }: ClimbOptions): Scored {
  const moved = layout.coordinates.filter(
    (coordinate) => isSmooth(coordinate) && layout.isActive(start.place, coordinate),
  );
  if (moved.length === 0) return start;
  const features = start.place.features.slice();
  const slopes = new Float64Array(features.length);
  const negative = (point: Float64Array, gradient: Float64Array) => {
    for (const [i, { dimension }] of moved.entries()) features[dimension] = point[i]!;
    const value = surface(features, slopes);
    for (const [i, { dimension }] of moved.entries()) gradient[i] = -slopes[dimension]!;
    return -value;
  };
  const from = Float64Array.from(moved, ({ index }) => start.place.units[index]!);
  const { point } = minimise(negative, from, {
    low: new Float64Array(moved.length),
    high: new Float64Array(moved.length).fill(1),
    evaluations,
    tolerance: 1e-3,
  });
  // A constraint may stand in the way: then as far as it allows.
  for (let share = 1; share > 0.02; share /= 2) {
    const units = start.place.units.slice();
    for (const [i, { index }] of moved.entries()) units[index] = from[i]! + share * (point[i]! - from[i]!);
    const place = layout.placeAt(units);
    if (place === null) continue;
    const value = surface(place.features);
    if (value > start.value) return { place, value };
  }
  return start;
}

/** Each parameter with values through those. */
function walk(start: Scored, { layout, surface, next }: ClimbOptions): Scored {
  let best = start;
  for (const coordinate of layout.coordinates) {
    const { index, values } = coordinate;
    if (values === null || !layout.isActive(best.place, coordinate)) continue;
    const from = best;
    for (const unit of valuesToTry(coordinate, from.place.units[index]!, next)) {
      const units = from.place.units.slice();
      units[index] = unit;
      const place = layout.placeAt(units);
      if (place === null) continue;
      const value = surface(place.features);
      if (value > best.value) best = { place, value };
    }
  }
  return best;
}

function isSmooth({ kind, values }: Coordinate): boolean {
  return kind === "number" && (values === null || values.length > mostListed);
}

function valuesToTry({ kind, values }: Coordinate, unit: number, next: () => number): readonly number[] {
  const all = Array.from(values!).filter((value) => value !== unit);
  if (all.length < mostListed) return all;
  if (kind === "category")
    return Array.from({ length: mostListed }, () => all[Math.floor(next() * all.length)]!);
  const above = all.findIndex((value) => value > unit);
  const place = above < 0 ? all.length : above;
  return all.slice(Math.max(0, place - 2), place + 2);
}
