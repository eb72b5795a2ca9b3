import { describe, expect, it } from "vitest";

import { parseDistribution } from "../../space/index.ts";
import { axisOf } from "./axis.ts";
import { badBandwidth, goodBandwidth } from "./bandwidth.ts";
import { ParzenEstimator } from "./parzen-estimator.ts";

const interval = axisOf(parseDistribution({ kind: "float", low: 0, high: 1 }, "x"));
const cells = axisOf(parseDistribution({ kind: "integer", low: 1, high: 7 }, "x"));
const choices = axisOf(parseDistribution({ kind: "categorical", values: ["a", "b", "c"] }, "x"));
const evenly = (count: number) => Float64Array.from({ length: count }, (_, index) => (index + 0.5) / count);

function estimatorOf(axis: typeof interval, positions: readonly number[]) {
  return new ParzenEstimator(
    [axis],
    positions.map((position) => Float64Array.of(position)),
    { weights: Float64Array.from(positions, (_, index) => 1 + index), bandwidth: goodBandwidth },
  );
}

describe("a density", () => {
  // Above 128 observations heights come from a table.
  it.each([[[]], [[0.5]], [[0, 0.01, 1]], [[0.2, Number.NaN, 0.9]], [[...evenly(300)]]])(
    "over an interval has the mass 1, given %j",
    (positions) => {
      const estimator = estimatorOf(interval, positions);
      const mass = evenly(20_000).reduce(
        (sum, unit) => sum + Math.exp(estimator.logDensity(Float64Array.of(unit))) / 20_000,
        0,
      );
      expect(mass).toBeCloseTo(1, 2);
    },
  );

  it.each([
    [cells, [0, 3, 3]],
    [cells, [6, Number.NaN]],
    [choices, [1, 1, 2, Number.NaN]],
    [choices, []],
  ] as const)("over places has the mass 1 (%#)", (axis, positions) => {
    const estimator = estimatorOf(axis, positions);
    const places = axis.kind === "interval" ? [] : axis.values.map((_, place) => place);
    const mass = places.reduce(
      (sum, place) => sum + Math.exp(estimator.logDensity(Float64Array.of(place))),
      0,
    );
    expect(mass).toBeCloseTo(1, 10);
  });

  it("is even in a parameter that no observation has", () => {
    const estimator = estimatorOf(interval, [Number.NaN, Number.NaN]);
    for (const unit of [0, 0.3, 1]) expect(estimator.logDensity(Float64Array.of(unit))).toBeCloseTo(0, 12);
  });
});

describe("bandwidths", () => {
  it("of good results follow their spread, of bad ones only their number", () => {
    const near = Float64Array.of(0.4, 0.41, 0.42, 0.43, 0.44, 0.45);
    const far = Float64Array.of(0.1, 0.9, 0.3, 0.7, 0.2, 0.8);
    expect(goodBandwidth(interval, near)).toBeLessThan(goodBandwidth(interval, far) / 2);
    expect(badBandwidth(interval, near)).toBe(badBandwidth(interval, far));
    expect(badBandwidth(interval, evenly(50))).toBeLessThan(badBandwidth(interval, far));
  });
});
