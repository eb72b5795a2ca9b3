import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { areTied, differenceInterval, wilsonInterval } from "./proportion.ts";

describe("wilsonInterval", () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("%i of %i gives the published interval", (successes, examples, low, high) => {
    const interval = wilsonInterval(successes / examples, examples);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it("stays in [0, 1] and holds the proportion", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (p, examples) => {
          const [low, high] = wilsonInterval(p, examples);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(p + 1e-12);
          expect(high).toBeGreaterThanOrEqual(p - 1e-12);
        },
      ),
    );
  });
});

describe("differenceInterval", () => {
  // Newcombe 1998, "Interval estimation for the difference between independent proportions", table II, method 10.
  it.each([
    [9, 3, 10, 0.1705, 0.809],
    [6, 2, 7, 0.0582, 0.8062],
    [0, 0, 10, -0.2775, 0.2775],
    [10, 0, 10, 0.6075, 1],
  ])("%i against %i of %i gives the published interval", (a, b, examples, low, high) => {
    const interval = differenceInterval(a / examples, b / examples, examples);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });
});

describe("areTied", () => {
  it("equal proportions are tied, and the order does not matter", () => {
    expect(areTied(0.9, 0.9, 100)).toBe(true);
    expect(areTied(0.9, 0.8, 100)).toBe(areTied(0.8, 0.9, 100));
  });

  it("more examples tell apart what fewer cannot", () => {
    expect(areTied(0.85, 0.83, 1000)).toBe(true);
    expect(areTied(0.85, 0.83, 10_000)).toBe(false);
  });
});
