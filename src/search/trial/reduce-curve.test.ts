import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { isBetter, isReducer, parseReducer, reduceCurve } from "./reduce-curve.ts";
import type { Reducer } from "./records.ts";

const curve = (...values: number[]) => values.map((value, index) => ({ step: index + 1, value }));
const reduce = (reducer: Reducer, values: number[], direction: "minimize" | "maximize" = "maximize") =>
  reduceCurve(curve(...values), { direction, reduce: reducer });

describe("reduceCurve", () => {
  it("`last` takes the value at the highest step, in whatever order the points come", () => {
    expect(reduce("last", [1, 5, 3])).toBe(3);
    expect(reduceCurve(curve(1, 5, 3).toReversed(), { direction: "maximize", reduce: "last" })).toBe(3);
  });

  it("`best` takes the extreme of the direction", () => {
    expect(reduce("best", [1, 5, 3])).toBe(5);
    expect(reduce("best", [2, 1, 3], "minimize")).toBe(1);
  });

  it("`mean-of-last-k` averages the last k, or all when there are fewer", () => {
    expect(reduce("mean-of-last-2", [9, 1, 3])).toBe(2);
    expect(reduce("mean-of-last-5", [1, 2])).toBe(1.5);
  });

  it("an empty curve has no value", () => {
    for (const reducer of ["last", "best", "mean-of-last-3"] as const) expect(reduce(reducer, [])).toBeNull();
  });

  it("a value that is not finite spoils `last` and the mean that holds it, and `best` passes over it", () => {
    expect(reduce("last", [1, Number.NaN])).toBeNull();
    expect(reduce("last", [Number.NaN, 1])).toBe(1);
    expect(reduce("best", [1, Number.NaN, Number.POSITIVE_INFINITY])).toBe(1);
    expect(reduce("best", [Number.NaN])).toBeNull();
    expect(reduce("mean-of-last-2", [1, Number.NaN, 3])).toBeNull();
    expect(reduce("mean-of-last-2", [Number.NaN, 1, 3])).toBe(2);
  });

  it("a result is finite or null, whatever the curve", () => {
    const reducers = fc.constantFrom<Reducer>("last", "best", "mean-of-last-1", "mean-of-last-3");
    fc.assert(
      fc.property(fc.array(fc.double()), reducers, (values, reducer) => {
        const value = reduce(reducer, values);
        return value === null || Number.isFinite(value);
      }),
    );
  });
});

describe("parseReducer", () => {
  it("accepts the three forms", () => {
    for (const text of ["last", "best", "mean-of-last-1", "mean-of-last-12"])
      expect(parseReducer(text)).toBe(text);
  });

  it.each(["first", "mean-of-last-0", "mean-of-last-", "mean-of-last-1.5", ""])("refuses `%s`", (text) => {
    expect(isReducer(text)).toBe(false);
    expect(() => parseReducer(text)).toThrow(expect.objectContaining({ code: "INVALID_USAGE" }));
  });
});

describe("isBetter", () => {
  it("is strict, and a missing value is worse than any", () => {
    expect(isBetter(2, 1, "maximize")).toBe(true);
    expect(isBetter(2, 1, "minimize")).toBe(false);
    expect(isBetter(1, 1, "maximize")).toBe(false);
    expect(isBetter(1, null, "minimize")).toBe(true);
    expect(isBetter(null, 1, "minimize")).toBe(false);
    expect(isBetter(null, null, "minimize")).toBe(false);
  });
});
