import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../../testing/check-gradient.ts";
import { factorise } from "./cholesky.ts";
import { fit, littleNoise } from "./fit.ts";
import { GaussianProcess, type Measurements } from "./gaussian-process.ts";
import { correlation, squaredDistance, type DimensionKind } from "./kernel.ts";
import { negativeLogLikelihood, parametersOf } from "./likelihood.ts";

interface Golden {
  readonly kinds: readonly DimensionKind[];
  readonly weights: readonly number[];
  readonly scale: number;
  readonly noise: number;
  readonly rows: readonly (readonly number[])[];
  readonly targets: readonly number[];
  readonly repeats: readonly number[];
  readonly at: readonly (readonly number[])[];
  readonly means: readonly number[];
  readonly variances: readonly number[];
  readonly logLikelihood: number;
}

const golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/gaussian-process.json", import.meta.url), "utf8"),
) as Golden;
const measured: Measurements = {
  kinds: golden.kinds,
  rows: golden.rows.map((row) => Float64Array.from(row)),
  targets: Float64Array.from(golden.targets),
  repeats: Float64Array.from(golden.repeats),
};
const { scale, noise } = golden;
const parameters = { weights: Float64Array.from(golden.weights), scale, noise };
const logarithms = Float64Array.from([...golden.weights, scale, noise], Math.log);
const points = golden.at.map((at) => Float64Array.from(at));

describe("GaussianProcess", () => {
  it("expects what numpy does, as surely", () => {
    const model = new GaussianProcess(measured, parameters);
    for (const [index, at] of points.entries()) {
      const { mean, variance } = model.predict(at);
      expect(mean).toBeCloseTo(golden.means[index]!, 10);
      expect(variance).toBeCloseTo(golden.variances[index]!, 10);
    }
  });

  it("says how mean and variance change", () => {
    const model = new GaussianProcess(measured, parameters, points.slice(3));
    const slopes = { mean: new Float64Array(4), variance: new Float64Array(4) };
    for (const point of points.slice(0, 3)) {
      for (const quantity of ["mean", "variance"] as const) {
        const gradient = (at: Float64Array) => {
          model.predict(at, slopes);
          return slopes[quantity].slice(0, 3);
        };
        const whole = (at: Float64Array) => Float64Array.of(...at.subarray(0, 3), point[3]!);
        checkGradient({
          value: (at) => model.predict(whole(at))[quantity],
          gradient: (at) => gradient(whole(at)),
          point: point.slice(0, 3),
          tolerance: 1e-6,
        });
      }
    }
  });

  it("knows what is pending, and expects the same there as before", () => {
    const before = new GaussianProcess(measured, parameters);
    const after = new GaussianProcess(measured, parameters, [points[0]!]);
    for (const at of points) {
      expect(after.predict(at).mean).toBeCloseTo(before.predict(at).mean, 10);
      expect(after.predict(at).variance).toBeLessThanOrEqual(before.predict(at).variance + 1e-12);
    }
    expect(after.predict(points[0]!).variance).toBeLessThan(2 * noise);
  });

  it("copes with measurements of the same configuration without noise", () => {
    const twice = { ...measured, rows: measured.rows.map(() => measured.rows[0]!) };
    const model = new GaussianProcess(twice, { ...parameters, noise: 0 });
    expect(Number.isFinite(model.predict(points[0]!).mean)).toBe(true);
  });
});

describe("negativeLogLikelihood", () => {
  it("is numpy's", () => {
    expect(negativeLogLikelihood(measured)(logarithms, new Float64Array(6))).toBeCloseTo(
      -golden.logLikelihood,
      9,
    );
  });

  it("says how it changes", () => {
    const f = negativeLogLikelihood(measured);
    const gradient = (at: Float64Array) => {
      const slopes = new Float64Array(at.length);
      f(at, slopes);
      return slopes;
    };
    checkGradient({
      value: (at) => f(at, new Float64Array(6)),
      gradient,
      point: logarithms,
      tolerance: 1e-6,
    });
  });
});

describe("fit", () => {
  it("finds which dimensions matter, and the noise", () => {
    const design = (row: number, k: number) => (0.5 + row * [0.7549, 0.5698, 0.4302][k]!) % 1;
    const rows = Array.from({ length: 60 }, (_, row) =>
      Float64Array.from({ length: 3 }, (_x, k) => design(row, k)),
    );
    // Alternating, so that no smooth function follows it.
    const targets = Float64Array.from(
      rows,
      ([x], row) => Math.sin(6 * x!) + (((row * 0.618) % 1) - 0.5) * 0.3,
    );
    const kinds = ["number", "number", "number"] as const;
    const found = parametersOf(
      fit(
        { kinds, rows, targets, repeats: new Float64Array(60).fill(1) },
        { noise: littleNoise, isCold: true },
      ).point,
    );
    expect(found.weights[0]! / Math.max(found.weights[1]!, found.weights[2]!)).toBeGreaterThan(3);
    expect(Math.sqrt(found.noise)).toBeGreaterThan(0.05);
    expect(Math.sqrt(found.noise)).toBeLessThan(0.13);
  });
});

describe("the kernel", () => {
  it("is positive definite over numbers, choices and conditions", () => {
    const kinds = ["number", "category", "number", "number"] as const;
    // The third is inactive, in its middle, where the fourth is 0.
    const features = fc
      .record({ x: fc.double({ min: 0, max: 1, noNaN: true }), c: fc.nat(3), on: fc.boolean() })
      .map(({ x, c, on }) => Float64Array.of(x, c, on ? 1 - x : 0.5, Number(on)));
    const different = fc.uniqueArray(features, { minLength: 2, maxLength: 12, selector: String });
    const weights = fc.array(fc.double({ min: 1e-3, max: 100, noNaN: true }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(different, weights, (rows, given) => {
        const metric = { kinds, weights: Float64Array.from(given) };
        const gram = Float64Array.from({ length: rows.length ** 2 }, (_, entry) => {
          const [a, b] = [Math.floor(entry / rows.length), entry % rows.length];
          return correlation(squaredDistance(rows[a]!, rows[b]!, metric)) + (a === b ? 1e-9 : 0);
        });
        expect(factorise(gram, rows.length)).toBe(true);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
