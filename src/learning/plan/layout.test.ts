import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { elementsOf, floatsOf, pack, paddedRows, panelsOf, unpack, type LaidOut } from "./layout.ts";
import { padFeatures } from "./padding.ts";

/** A tensor whose rows come in runs of `run`, which are padded or not. */
const anyLaidOut: fc.Arbitrary<LaidOut> = fc
  .record({
    outer: fc.integer({ min: 1, max: 6 }),
    run: fc.integer({ min: 1, max: 40 }),
    columns: fc.integer({ min: 1, max: 70 }),
    isPadded: fc.boolean(),
    kind: fc.constantFrom("rows" as const, "panels" as const),
  })
  .map(({ outer, run, columns, isPadded, kind }) => {
    const runs = { run, stride: isPadded ? padFeatures(run) : run };
    return kind === "rows"
      ? { shape: [outer, run], layout: { kind, ...runs } }
      : { shape: [outer, run, columns], layout: panelsOf(runs) };
  });

describe("pack and unpack", () => {
  it.each([
    { name: "float32", ArrayType: Float32Array },
    { name: "float64", ArrayType: Float64Array },
  ])("give back what was packed, bit for bit, in $name", ({ ArrayType }) => {
    fc.assert(
      fc.property(anyLaidOut, (laidOut) => {
        const plain = new ArrayType(elementsOf(laidOut.shape)).map((_, index) => Math.sin(index + 1));
        const content = new ArrayType(floatsOf(laidOut));
        pack(plain, laidOut, content);
        expect(unpack(content, laidOut)).toEqual(plain);
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it("leave the padding as it was", () => {
    fc.assert(
      fc.property(anyLaidOut, (laidOut) => {
        const content = new Float64Array(floatsOf(laidOut));
        const count = elementsOf(laidOut.shape);
        pack(new Float64Array(count).fill(1), laidOut, content);
        expect(content.reduce((sum, value) => sum + value, 0)).toBe(count);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it("pad the last dimension of rows to whole vectors", () => {
    const laidOut = { shape: [2, 3, 5], layout: paddedRows([2, 3, 5]) };
    const content = new Float64Array(floatsOf(laidOut));
    pack(
      Float64Array.from({ length: 30 }, (_, index) => index + 1),
      laidOut,
      content,
    );
    expect(content).toHaveLength(6 * 16);
    expect([...content.subarray(16, 22)]).toEqual([6, 7, 8, 9, 10, 0]);
  });
});
