import { describe, expect, it } from "vitest";

import { holm, mannWhitney, median } from "../../bench/search/statistics.ts";

describe("the statistics of the convergence bench", () => {
  // scipy.stats.mannwhitneyu(a, b, method="asymptotic") of SciPy 1.17.1
  it.each([
    { a: [1, 2, 3, 4, 5, 6, 7, 8], b: [3.5, 9, 10, 11, 12, 13, 14, 15], p: 0.005384940000147031 },
    { a: [1, 1, 2, 2, 3, 3, 4, 4], b: [1, 2, 2, 2, 3, 4, 4, Infinity], p: 0.6266978291192769 },
    { a: [1, 1, 1], b: [1, 1, 1], p: 1 },
  ])("ranks as SciPy does: p of $a and $b", ({ a, b, p }) => {
    expect(mannWhitney(a, b).p).toBeCloseTo(p, 9);
    expect(mannWhitney(b, a).p).toBeCloseTo(p, 9);
  });

  it("knows the lower sample also where medians are equal", () => {
    const [a, b] = [
      [1, 1, 1, 1, 1],
      [1, 1, 1, 2, 3],
    ];
    expect(mannWhitney(a, b).isLower).toBe(true);
    expect(mannWhitney(b, a).isLower).toBe(false);
  });

  it("corrects as Holm did: the smallest by the number of tests, the next by one less, never going down", () => {
    const expected = [0.04, 0.08, 0.06, 0.08];
    for (const [index, p] of holm([0.01, 0.04, 0.02, 0.045]).entries()) {
      expect(p).toBeCloseTo(expected[index]!, 12);
    }
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });

  it("takes the middle, or the mean of the two middle values", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});
