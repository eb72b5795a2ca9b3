/**
 * How wide the kernels of a density are, the same for all of one parameter.
 *
 * Good results follow how far they spread in that parameter, so what does not matter stays wide while what matters gets narrow.
 * Bad ones are narrow everywhere, and the narrower the more they are: they keep the search from asking the same again.
 *
 * The numbers were chosen by the mean logarithm of the regret of 60 searches on each of twelve problems: Branin,
 * Hartmann's sixth, Rosenbrock, Ackley over mixed kinds, a conditional one, choices, whole numbers, and three with noise.
 *
 * @see Watanabe 2023, "Tree-Structured Parzen Estimator: Understanding Its Algorithm Components and Their Roles for Better
 *   Empirical Performance", section 3.3.4, for the rules that others have
 */
import type { Axis } from "./axis.ts";

/** @param positions [observations], NaN where the parameter is not active */
export type Bandwidth = (axis: Axis, positions: Float64Array) => number;

/** Narrower kernels would say more than a hundred results can. */
const narrowest = 0.01;
const widest = 0.5;

/** Standard deviation, with one more result that is spread evenly, times a power of their number. */
export const goodBandwidth: Bandwidth = (axis, positions) => {
  const units = unitsOf(axis, positions);
  const mean = (units.reduce((sum, unit) => sum + unit, 0) + 0.5) / (units.length + 1);
  const squares = units.reduce((sum, unit) => sum + (unit - mean) ** 2, 1 / 12 + (mean - 0.5) ** 2);
  const deviation = Math.sqrt(squares / (units.length + 1));
  return Math.min(widest, Math.max(narrowest, 1.5 * deviation * (units.length + 2) ** -0.6));
};

export const badBandwidth: Bandwidth = (_, { length }) => Math.max(narrowest, 0.35 * (length + 2) ** -0.75);

/** Where the results stand that have the parameter; choices have no place. */
function unitsOf(axis: Axis, positions: Float64Array): Float64Array {
  const known = positions.filter((position) => !Number.isNaN(position));
  switch (axis.kind) {
    case "interval":
      return known;
    case "cells":
      return known.map((cell) => (axis.edges[cell]! + axis.edges[cell + 1]!) / 2);
    case "choices":
      return new Float64Array(0);
    default:
      return axis satisfies never;
  }
}
