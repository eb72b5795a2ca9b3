import { describe, expect, it } from "vitest";

import { checkGradient } from "./check-gradient.ts";

const cubes = (point: Float64Array) => point.reduce((sum, x) => sum + x ** 3, 0);
const point = Float64Array.of(0.5, -1, 2);
const check = { value: cubes, point, tolerance: 1e-8 };

describe("checkGradient", () => {
  it("accepts a right gradient", () => {
    expect(checkGradient({ ...check, gradient: (p) => p.map((x) => 3 * x * x) })).toBeLessThan(1e-8);
  });

  it.each([
    ["a factor is wrong", (p: Float64Array) => p.map((x) => 3.0001 * x * x)],
    ["one coordinate is missing", (p: Float64Array) => p.map((x, i) => (i === 1 ? 0 : 3 * x * x))],
    ["all is 0", (p: Float64Array) => p.map(() => 0)],
    ["it is not a number", (p: Float64Array) => p.map(() => Number.NaN)],
    ["it is too short", (p: Float64Array) => p.slice(1)],
  ])("fails when %s", (_what, gradient) => {
    expect(() => checkGradient({ ...check, gradient })).toThrow(/gradient/);
  });

  it("moves the point away from a declared kink and finds one that is not declared", () => {
    const absolute = {
      value: (p: Float64Array) => p.reduce((sum, x) => sum + Math.abs(x), 0),
      gradient: (p: Float64Array) => p.map((x) => (x < 0 ? -1 : 1)),
      point: Float64Array.of(0, 1e-6, -2),
      tolerance: 1e-8,
    };
    checkGradient({ ...absolute, kinks: [0] });
    expect(() => checkGradient(absolute)).toThrow(/central difference/);
  });
});
