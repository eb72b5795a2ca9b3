import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { normalCumulative } from "../../../base/index.ts";
import { createSpace } from "../../space/index.ts";
import { coordinatesOf } from "./coordinates.ts";
import { createGaussian } from "./gaussian.ts";
import { applyMargin } from "./margin.ts";

const { numeric } = coordinatesOf(
  createSpace([
    { name: "whole", distribution: { kind: "integer", low: 1, high: 7 } },
    { name: "ratio", distribution: { kind: "integer", low: 1, high: 64, scale: "log" } },
    { name: "either", distribution: { kind: "ordinal", values: ["small", "large"] } },
    { name: "continuous", distribution: { kind: "float", low: 0, high: 1 } },
  ]),
);

describe("margin", () => {
  it("cuts the unit line where the value changes", () => {
    expect([...numeric[0]!.borders!]).toEqual([1, 2, 3, 4, 5, 6].map((k) => expect.closeTo(k / 7, 12)));
    expect([...numeric[2]!.borders!]).toEqual([0.5]);
    expect(numeric[3]!.borders).toBeNull();
  });

  it("leaves the probability of another value at no less than its share, however small the spread", () => {
    const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(coordinate, { minLength: 4, maxLength: 4 }),
        fc.integer({ min: -10, max: 0 }),
        fc.double({ min: 1e-3, max: 0.2, noNaN: true }),
        (mean, exponent, share) => {
          const before = createGaussian(Float64Array.from(mean), 10 ** exponent);
          const after = applyMargin(before, numeric, share);
          for (const [j, { borders }] of numeric.slice(0, 3).entries()) {
            const at = after.mean[j]!;
            const spread = after.sigma * after.stretch[j]!;
            const lower = borders!.findLast((border) => border < at);
            const upper = borders!.find((border) => border >= at);
            const leaving =
              (lower === undefined ? 0 : normalCumulative((lower - at) / spread)) +
              (upper === undefined ? 0 : normalCumulative((at - upper) / spread));
            expect(leaving).toBeGreaterThan(share * 0.99);
          }
          expect(after.mean[3]).toBe(mean[3]);
          expect(after.stretch[3]).toBe(1);
        },
      ),
    );
  });

  it("changes nothing that has room enough", () => {
    const before = createGaussian(Float64Array.of(0.5, 0.5, 0.4, 0.5), 0.3);
    const after = applyMargin(before, numeric, 0.01);
    for (let j = 0; j < 4; j++) {
      expect(after.mean[j]).toBeCloseTo(before.mean[j]!, 9);
      expect(after.stretch[j]).toBeCloseTo(1, 9);
    }
  });
});
