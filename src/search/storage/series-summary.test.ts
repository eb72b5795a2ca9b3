import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { extendSummary, summariseSeries } from "./series-summary.ts";

const curve = (values: readonly number[]) => values.map((value, index) => ({ step: index + 1, value }));

describe("series summary", () => {
  it("names the extremes and where they are, and the last value, finite or not", () => {
    expect(summariseSeries(curve([2, Number.NaN, 1, 3, Number.POSITIVE_INFINITY]))).toEqual({
      count: 5,
      last: Number.POSITIVE_INFINITY,
      lastStep: 5,
      minimum: 1,
      minimumStep: 3,
      maximum: 3,
      maximumStep: 4,
    });
  });

  it("has no extremes without finite values, and does not exist without values", () => {
    expect(summariseSeries(curve([Number.NaN]))).toMatchObject({ minimum: null, maximumStep: null });
    expect(summariseSeries([])).toBeNull();
  });

  it("of equal extremes it names the lowest step", () => {
    expect(summariseSeries(curve([1, 1]).toReversed())).toMatchObject({ minimumStep: 1, maximumStep: 1 });
  });

  it("extended point by point it equals the summary of the whole", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), (values) => {
        const points = curve(values);
        const last = points.at(-1)!;
        expect(extendSummary(summariseSeries(points.slice(0, -1)), last)).toEqual(summariseSeries(points));
      }),
    );
  });
});
