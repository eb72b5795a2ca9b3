import { describe, expect, it } from "vitest";

import { minimise } from "./minimise.ts";

const rosenbrock = (at: Float64Array, gradient: Float64Array) => {
  const [x, y] = [at[0]!, at[1]!];
  gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
  gradient[1] = 200 * (y - x * x);
  return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
};
const box = (low: number, high: number) => ({
  low: Float64Array.of(low, low),
  high: Float64Array.of(high, high),
});

describe("minimise", () => {
  it("finds the end of Rosenbrock's valley", () => {
    const { point, value } = minimise(rosenbrock, Float64Array.of(-1.2, 1), {
      ...box(-5, 5),
      evaluations: 100,
    });
    expect(value).toBeLessThan(1e-10);
    expect(point[0]).toBeCloseTo(1, 5);
  });

  it("finds the minimum on a bound", () => {
    const { point } = minimise(rosenbrock, Float64Array.of(-1.2, 0.3), {
      ...box(-5, 0.5),
      evaluations: 150,
    });
    expect(point[0]).toBeCloseTo(0.5, 6);
    expect(point[1]).toBeCloseTo(0.25, 4);
  });

  it("asks no more often than it may", () => {
    let asked = 0;
    const counted = (at: Float64Array, gradient: Float64Array) => (asked++, rosenbrock(at, gradient));
    minimise(counted, Float64Array.of(-1.2, 1), { ...box(-5, 5), evaluations: 7 });
    expect(asked).toBe(7);
  });

  it("keeps out of where the function is not defined", () => {
    const root = (at: Float64Array, gradient: Float64Array) => {
      gradient[0] = 1 - 0.5 / at[0]!;
      return at[0]! <= 0 ? Infinity : at[0]! - 0.5 * Math.log(at[0]!);
    };
    const { point } = minimise(root, Float64Array.of(3), {
      low: Float64Array.of(-10),
      high: Float64Array.of(10),
      evaluations: 50,
    });
    expect(point[0]).toBeCloseTo(0.5, 4);
  });
});
