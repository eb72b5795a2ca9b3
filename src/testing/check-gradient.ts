/**
 * Compares a gradient with central differences along random directions.
 *
 * One direction tests all coordinates at once for the price of two evaluations, so large points are as cheap to check as
 * small ones. The error is measured against the size that the slope along a random direction usually has,
 * |gradient| / sqrt(coordinates): a direction that happens to be nearly level does not look like a failure.
 *
 * @see Griewank, Walther 2008, "Evaluating Derivatives", ch. 3
 */
import { expect } from "vitest";

import { RandomStream, toSeed } from "../base/index.ts";

export interface GradientCheckOptions {
  /** A scalar function of the point, computed in float64. */
  readonly value: (point: Float64Array) => number;
  /** What is claimed to be its gradient; as long as the point. */
  readonly gradient: (point: Float64Array) => ArrayLike<number>;
  readonly point: Float64Array;
  /** Largest error allowed, relative to the usual slope. */
  readonly tolerance: number;
  /** Coordinates at which there is no derivative: the point's own are moved away from them by ten steps. */
  readonly kinks?: readonly number[];
  /** Length of a step to either side. Defaults to 1e-5, where cut-off and rounding are about as small. */
  readonly step?: number;
  /** How many directions are tried. Defaults to 4. */
  readonly directions?: number;
  /** Names the directions. Defaults to 0. */
  readonly seed?: number;
}

/** Fails the test that it runs in when the gradient is wrong. @returns the largest relative error. */
export function checkGradient(options: GradientCheckOptions): number {
  const { value, gradient, tolerance, kinks = [], step = 1e-5, directions = 4, seed = 0 } = options;
  const point = options.point.map((x) => awayFrom(kinks, x, 10 * step));
  const claimed = Float64Array.from(gradient(point));
  expect(claimed.length, "the gradient has one number for each coordinate of the point").toBe(point.length);
  const usualSlope = norm(claimed) / Math.sqrt(point.length) || 1;

  let worst = 0;
  for (let index = 0; index < directions; index++) {
    const direction = randomDirection(point.length, new RandomStream(toSeed(seed), "direction", index));
    const along = (distance: number) => point.map((x, i) => x + distance * direction[i]!);
    const difference = (value(along(step)) - value(along(-step))) / (2 * step);
    const slope = claimed.reduce((sum, g, i) => sum + g * direction[i]!, 0);
    const error = Math.abs(difference - slope) / usualSlope;
    expect(
      error,
      `direction ${index}: central difference ${difference}, by the gradient ${slope}`,
    ).toBeLessThanOrEqual(tolerance);
    worst = Math.max(worst, error);
  }
  return worst;
}

function awayFrom(kinks: readonly number[], x: number, distance: number): number {
  const near = kinks.find((kink) => Math.abs(x - kink) < distance);
  return near === undefined ? x : near + (x < near ? -distance : distance);
}

function randomDirection(length: number, stream: RandomStream): Float64Array {
  const direction = Float64Array.from({ length }, (_, index) => stream.normal(index));
  const size = norm(direction);
  return direction.map((x) => x / size);
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));
}
