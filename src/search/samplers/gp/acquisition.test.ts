import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { checkGradient } from "../../../testing/check-gradient.ts";
import { belowSurface, improvementSurface, sumOf, type Surface } from "./acquisition.ts";
import { GaussianProcess } from "./gaussian-process.ts";
import { logCumulative, logImprovement } from "./log-improvement.ts";
import { tradeOffSurface, weightedLoss } from "./trade-off.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/gaussian-process.json", import.meta.url), "utf8"),
) as {
  readonly z: readonly number[];
  readonly logImprovements: readonly number[];
  readonly logCumulatives: readonly number[];
};

describe("log-improvement", () => {
  it("has the logarithms that mpmath has, however far out", () => {
    for (const [index, z] of golden.z.entries()) {
      const improvement = logImprovement(z).value / golden.logImprovements[index]!;
      const cumulative = logCumulative(z).value / golden.logCumulatives[index]!;
      expect(improvement, `z ${z}`).toBeCloseTo(1, 11);
      expect(cumulative, `z ${z}`).toBeCloseTo(1, 11);
    }
  });

  it.each([logImprovement, logCumulative])("knows its slope", (f) => {
    for (const z of [-30, -2.6, -2.4, 0, 2]) {
      const point = Float64Array.of(z);
      checkGradient({
        value: ([x]) => f(x!).value,
        gradient: ([x]) => [f(x!).slope],
        point,
        tolerance: 1e-6,
      });
    }
  });
});

const modelOf = (targets: readonly number[]) =>
  new GaussianProcess(
    {
      kinds: ["number", "number"],
      rows: [
        [0.1, 0.2],
        [0.8, 0.3],
        [0.5, 0.9],
      ].map((row) => Float64Array.from(row)),
      targets: Float64Array.from(targets),
      repeats: Float64Array.of(1, 1, 1),
    },
    { weights: Float64Array.of(4, 2), scale: 1, noise: 1e-3 },
  );
const first = modelOf([-1, 0.5, 0.8]);
const second = modelOf([1, -0.4, 0.2]);
const tradeOff = {
  models: [first, second],
  weights: [0.3, 0.7],
  ranges: [
    { low: -1, high: 1 },
    { low: -0.5, high: 1 },
  ],
  samples: Array.from({ length: 8 }, (_, s) => Float64Array.of(Math.sin(s), Math.cos(2 * s))),
};

describe("a surface", () => {
  const surfaces: Record<string, Surface> = {
    "expected improvement": improvementSurface(first, -0.8, 2),
    probability: belowSurface(second, 0, 2),
    "improvement of a trade-off": tradeOffSurface(tradeOff, 0.4, 2),
    "hopeless improvement of a trade-off": tradeOffSurface(tradeOff, -20, 2),
    sum: sumOf([improvementSurface(first, -5, 2), belowSurface(second, 0, 2)], 2),
  };
  it.each(Object.entries(surfaces))("knows its slope: %s", (_, surface) => {
    for (const point of [
      [0.3, 0.3],
      [0.6, 0.7],
    ]) {
      const gradient = (at: Float64Array) => {
        const slopes = new Float64Array(2);
        surface(at, slopes);
        return slopes;
      };
      checkGradient({ value: surface, gradient, point: Float64Array.from(point), tolerance: 1e-4 });
    }
  });

  it("weighs the larger loss, and a little the sum", () => {
    const given = { ...tradeOff, weights: [0.5, 0.5] };
    expect(weightedLoss([1, -0.5], given)).toBeCloseTo(0.5 + 0.05 * 0.5, 12);
    expect(weightedLoss([1, 1], given)).toBeCloseTo(0.5 + 0.05 * 1, 12);
  });
});
