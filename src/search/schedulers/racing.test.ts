import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { isClearlyWorse, pooledVariance } from "./index.ts";
import { studentUpperTail } from "./student.ts";

const none = { pooledVariance: null };

describe("isClearlyWorse", () => {
  it("is the paired t-test, one-sided at 0.05", () => {
    // Differences 1, 2, 3: t = 2 / (1 / sqrt 3) = 3.464 with 2 degrees of freedom, p = 0.0371.
    expect(isClearlyWorse([2, 4, 6], [1, 2, 3], none)).toBe(true);
    // Differences 0, 2, 4: t = 1.732, p = 0.113.
    expect(isClearlyWorse([1, 4, 7], [1, 2, 3], none)).toBe(false);
    expect(isClearlyWorse([1, 4, 7], [1, 2, 3], { pooledVariance: null, alpha: 0.12 })).toBe(true);
    expect(isClearlyWorse([1, 2, 3], [2, 4, 6], none), "better").toBe(false);
    expect(isClearlyWorse([2, 3], [1, 2], none), "always worse by the same").toBe(true);
    expect(isClearlyWorse([1, 2], [1, 2], none), "equal").toBe(false);
  });

  it("compares only repeats that both have", () => {
    expect(isClearlyWorse([2, 4, 6, 0], [1, 2, 3], none)).toBe(true);
    expect(isClearlyWorse([], [1, 2], { pooledVariance: 1e-9 })).toBe(false);
  });

  it("with one repeat is the z-test on the pooled variance, and says nothing without it", () => {
    // 1.645 * sqrt(2 * 0.01) = 0.2326.
    expect(isClearlyWorse([1.24], [1], { pooledVariance: 0.01 })).toBe(true);
    expect(isClearlyWorse([1.23], [1], { pooledVariance: 0.01 })).toBe(false);
    expect(isClearlyWorse([1.01], [1], { pooledVariance: 0 })).toBe(true);
    expect(isClearlyWorse([99], [1], none)).toBe(false);
  });

  it("a failed repeat is clearly worse, and no measure for others", () => {
    expect(isClearlyWorse([Infinity, 1], [1, 2], none)).toBe(true);
    expect(isClearlyWorse([9, 9], [NaN, 1], { pooledVariance: 1 })).toBe(false);
  });

  it("drops an equal configuration in about one race in six of five looks, and a worse one soon", () => {
    const dropped = (shift: number) => {
      let races = 0;
      let looks = 0;
      for (let race = 0; race < 1000; race++) {
        const random = new RandomStream(toSeed(race), "race");
        const best = [0, 1, 2, 3, 4].map((index) => random.normal(2 * index));
        const candidate = [0, 1, 2, 3, 4].map((index) => shift + random.normal(2 * index + 1));
        const counts = [1, 2, 3, 4, 5];
        const look = counts.find((count) =>
          isClearlyWorse(candidate.slice(0, count), best, { pooledVariance: 1 }),
        );
        if (look !== undefined) races++;
        looks += look ?? 5;
      }
      return { share: races / 1000, looks: looks / 1000 };
    };
    const equal = dropped(0).share;
    expect(equal).toBeGreaterThan(0.1);
    expect(equal).toBeLessThan(0.2);
    const worse = dropped(3);
    expect(worse.share).toBeGreaterThan(0.95);
    expect(worse.looks).toBeLessThan(2);
  });
});

describe("pooledVariance", () => {
  it("is that within groups, by degrees of freedom", () => {
    expect(pooledVariance([[1, 3], [10, 12, 14], [5], [NaN, 7]])).toBeCloseTo((2 + 8) / 3, 12);
    expect(pooledVariance([[1], [2], []])).toBeNull();
  });
});

describe("studentUpperTail", () => {
  it.each([
    // scipy.stats.t.sf
    [0, 3, 0.5],
    [1, 1, 0.25],
    [-1, 1, 0.75],
    [2.919985580355516, 2, 0.05],
    [2.5, 7, 0.020_496_109_292_876_444],
    [-3.1, 12, 0.995_405_001_810_804_4],
    [Infinity, 4, 0],
  ])("of t = %d with %d degrees of freedom is %d", (t, degrees, p) => {
    expect(studentUpperTail(t, degrees)).toBeCloseTo(p, 8);
  });
});
