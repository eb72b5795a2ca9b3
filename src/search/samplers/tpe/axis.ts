/**
 * A parameter as a density estimator sees it: an interval of the unit line, an interval cut into cells, or choices without an
 * order. Positions are what observations are kept as: a unit, or the index of a cell or choice.
 */
import type { Json } from "../../../base/index.ts";
import { fromUnit, gridValues, toUnit, type Distribution } from "../../space/index.ts";

export interface IntervalAxis {
  readonly kind: "interval";
}

/** Few ordered values: each owns the cell between the midpoints to its neighbours. */
export interface CellsAxis {
  readonly kind: "cells";
  readonly values: readonly Json[];
  /** [values + 1], from 0 to 1. */
  readonly edges: Float64Array;
}

export interface ChoicesAxis {
  readonly kind: "choices";
  readonly values: readonly Json[];
  /** [values], adding up to 1. */
  readonly probabilities: Float64Array;
}

export type Axis = IntervalAxis | CellsAxis | ChoicesAxis;

/** More ordered values are as good as an interval. */
const mostCells = 64;

export function axisOf(distribution: Distribution): Axis {
  switch (distribution.kind) {
    case "constant":
      return { kind: "choices", values: [distribution.value], probabilities: Float64Array.of(1) };
    case "categorical": {
      const { values, probabilities } = distribution;
      const even = () => 1 / values.length;
      return { kind: "choices", values, probabilities: Float64Array.from(probabilities ?? values.map(even)) };
    }
    default: {
      const values = gridValues(distribution);
      return values === null || values.length > mostCells
        ? { kind: "interval" }
        : { kind: "cells", values, edges: edgesOf(distribution, values) };
    }
  }
}

function edgesOf(distribution: Distribution, values: readonly Json[]): Float64Array {
  const centres = values.map((value) => toUnit(distribution, value));
  const edges = new Float64Array(values.length + 1);
  for (let cell = 1; cell < values.length; cell++) edges[cell] = (centres[cell - 1]! + centres[cell]!) / 2;
  edges[values.length] = 1;
  return edges;
}

/** Where a value of the distribution stands. */
export function positionOf(axis: Axis, distribution: Distribution, value: Json): number {
  if (axis.kind === "interval") return toUnit(distribution, value);
  // Values are compared as the distribution does: by where they decode from.
  const unit = toUnit(distribution, value);
  if (axis.kind === "cells") return cellAt(axis.edges, unit);
  const text = JSON.stringify(fromUnit(distribution, unit));
  return axis.values.findIndex((one) => JSON.stringify(one) === text);
}

export function valueAt(axis: Axis, distribution: Distribution, position: number): Json {
  return axis.kind === "interval" ? fromUnit(distribution, position) : axis.values[position]!;
}

/** The cell that a unit lies in. */
function cellAt(edges: Float64Array, unit: number): number {
  let cell = 0;
  while (cell < edges.length - 2 && unit >= edges[cell + 1]!) cell++;
  return cell;
}
