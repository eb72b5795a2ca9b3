/** The part of a space that a stage draws from: a range or some values of each parameter. */
import type { Json } from "../../../base/index.ts";
import type { Configuration, Distribution, SearchParameter, SearchSpace } from "../../space/index.ts";
import { axisOf, positionOf, valueAt, type Axis } from "../tpe/axis.ts";

/** What is left of a parameter: units from `low` to `high`, the cells from one to another, or choices by their place. */
export type Range =
  | { readonly kind: "interval"; readonly low: number; readonly high: number }
  | { readonly kind: "cells"; readonly from: number; readonly to: number }
  | { readonly kind: "choices"; readonly places: readonly number[] };

/** [parameters], in the order of the space. */
export type Box = readonly Range[];

/** Fewer results that have a parameter say nothing of its range. */
const fewestResults = 2;
/** A value has to be tried so often before it is given up. */
const fewestTries = 2;
/** A range is widened by at least this share of what it was. */
const leastMargin = 0.05;

export function wholeBox(space: SearchSpace): Box {
  return space.parameters.map(({ distribution }): Range => {
    const axis = axisOf(distribution);
    switch (axis.kind) {
      case "interval":
        return { kind: "interval", low: 0, high: 1 };
      case "cells":
        return { kind: "cells", from: 0, to: axis.values.length - 1 };
      case "choices":
        return { kind: "choices", places: axis.values.map((_, place) => place) };
      default:
        return axis satisfies never;
    }
  });
}

/**
 * The box around the best configurations, inside the one before.
 *
 * A range is widened on both sides by the mean gap between those that made it, since the best may well lie beyond the outermost
 * of a few. Of choices, those go that were tried and are in none of the best.
 *
 * @param tried all configurations of the stage
 */
export function narrowedBox(
  space: SearchSpace,
  box: Box,
  { best, tried }: { readonly best: readonly Configuration[]; readonly tried: readonly Configuration[] },
): Box {
  return space.parameters.map(({ name, distribution }, index) => {
    const axis = axisOf(distribution);
    const placesOf = (configurations: readonly Configuration[]) =>
      configurations
        .filter((configuration) => Object.hasOwn(configuration, name))
        .map((configuration) => positionOf(axis, distribution, configuration[name]!));
    const places = placesOf(best);
    const before = box[index]!;
    if (places.length < fewestResults) return before;
    const low = Math.min(...places);
    const high = Math.max(...places);
    const gap = (high - low) / (places.length - 1);
    switch (before.kind) {
      case "interval": {
        const margin = Math.max(gap, leastMargin * (before.high - before.low));
        return {
          kind: "interval",
          low: Math.max(before.low, low - margin),
          high: Math.min(before.high, high + margin),
        };
      }
      case "cells": {
        const margin = Math.max(1, Math.round(Math.max(gap, leastMargin * (before.to - before.from))));
        return {
          kind: "cells",
          from: Math.max(before.from, low - margin),
          to: Math.min(before.to, high + margin),
        };
      }
      case "choices": {
        const tries = placesOf(tried);
        const isLeft = (place: number) =>
          places.includes(place) || tries.filter((one) => one === place).length < fewestTries;
        return { kind: "choices", places: before.places.filter(isLeft) };
      }
      default:
        return before satisfies never;
    }
  });
}

/** The value at a point of [0, 1] of the box; a uniform point gives a value of the distribution, held to the range. */
export function valueIn(range: Range, { distribution }: SearchParameter, unit: number): Json {
  const axis = axisOf(distribution);
  switch (range.kind) {
    case "interval":
      return valueAt(axis, distribution, range.low + unit * (range.high - range.low));
    case "cells": {
      const { edges } = axis as Extract<Axis, { kind: "cells" }>;
      const place = edges[range.from]! + unit * (edges[range.to + 1]! - edges[range.from]!);
      let cell = range.from;
      while (cell < range.to && place >= edges[cell + 1]!) cell++;
      return valueAt(axis, distribution, cell);
    }
    case "choices": {
      const { probabilities } = axis as Extract<Axis, { kind: "choices" }>;
      const total = range.places.reduce((sum, place) => sum + probabilities[place]!, 0);
      let rest = unit * total;
      const chosen = range.places.find((place) => (rest -= probabilities[place]!) < 0);
      return valueAt(axis, distribution, chosen ?? range.places.at(-1)!);
    }
    default:
      return range satisfies never;
  }
}

/** The range in values: its ends, or the values that are left. */
export function describeRange(
  range: Range,
  distribution: Distribution,
): { readonly low: Json; readonly high: Json } | { readonly values: readonly Json[] } {
  const axis = axisOf(distribution);
  const at = (place: number) => valueAt(axis, distribution, place);
  switch (range.kind) {
    case "interval":
      return { low: at(range.low), high: at(range.high) };
    case "cells":
      return { low: at(range.from), high: at(range.to) };
    case "choices":
      return { values: range.places.map(at) };
    default:
      return range satisfies never;
  }
}

export function isSameRange(a: Range, b: Range): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The range in words. */
export function rangeText(range: Range, distribution: Distribution): string {
  const described = describeRange(range, distribution);
  return "values" in described
    ? described.values.map(valueText).join(" or ")
    : `${valueText(described.low)} to ${valueText(described.high)}`;
}

function valueText(value: Json): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(Number(value.toPrecision(3))) : JSON.stringify(value);
}
