import { expect, it } from "vitest";

import { betaCumulative, normalCumulative } from "./special-functions.ts";

// From SciPy 1.17.1: stats.norm.cdf(x) and stats.beta.cdf(x, a, b).
it.each([
  [-8, 6.220_960_574_271_74e-16],
  [-3.3, 0.000_483_424_142_383_777_44],
  [-2.5, 0.006_209_665_325_776_132],
  [-1, 0.158_655_253_931_457_07],
  [-0.1, 0.460_172_162_722_971],
  [0, 0.5],
  [0.7, 0.758_036_347_776_927],
  [2.4, 0.991_802_464_075_403_8],
  [2.6, 0.995_338_811_976_281_3],
  [5, 0.999_999_713_348_428_1],
])("the normal probability up to %d", (x, expected) => {
  expect(Math.abs(normalCumulative(x) / expected - 1)).toBeLessThan(1e-13);
});

it.each([
  [0.1, 2, 5, 0.114_265_000_000_000_02],
  [0.5, 0.5, 0.5, 0.5],
  [0.9, 8, 2, 0.774_840_978_000_000_2],
  [0.3, 1, 1, 0.3],
  [0.01, 0.2, 3, 0.523_754_570_866_227_6],
  [0.999, 30, 40, 1],
  [0.42, 30, 40, 0.447_049_530_860_475_7],
  [0.6, 200, 150, 0.860_190_660_480_152_8],
])("the beta probability up to %d with a %d and b %d", (x, a, b, expected) => {
  expect(Math.abs(betaCumulative(x, a, b) / expected - 1)).toBeLessThan(1e-12);
});

it("neither ever falls", () => {
  for (let x = -9; x < 9; x += 0.001) {
    expect(normalCumulative(x)).toBeGreaterThanOrEqual(normalCumulative(x - 0.001));
  }
  for (let x = 0.001; x <= 1; x += 0.001) {
    expect(betaCumulative(x, 0.4, 7)).toBeGreaterThanOrEqual(betaCumulative(x - 0.001, 0.4, 7));
  }
});

it("of no number, the normal distribution has no value", () => {
  expect(normalCumulative(Number.NaN)).toBeNaN();
});
