import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { padFeatures } from "./padding.ts";
import { packPanels, panelIndex, unpackPanels } from "./panel-layout.ts";

const sizes = fc.record({ rows: fc.integer({ min: 1, max: 70 }), columns: fc.integer({ min: 1, max: 100 }) });

describe("panelIndex", () => {
  it("lays panels of 32 columns one after the other and a tail of 16 at the end", () => {
    const matrix = { rows: 2, columns: 48 };
    expect(panelIndex(0, 0, matrix)).toBe(0);
    expect(panelIndex(0, 31, matrix)).toBe(31);
    expect(panelIndex(1, 0, matrix)).toBe(32);
    expect(panelIndex(0, 32, matrix)).toBe(64);
    expect(panelIndex(1, 32, matrix)).toBe(64 + 16);
    expect(panelIndex(1, 47, matrix)).toBe(2 * 48 - 1);
  });

  it("gives every element of a matrix its own place and leaves none over", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 8 }).map((vectors) => 16 * vectors),
        (rows, columns) => {
          const places = new Set<number>();
          for (let row = 0; row < rows; row++) {
            for (let column = 0; column < columns; column++) {
              places.add(panelIndex(row, column, { rows, columns }));
            }
          }
          expect(places.size).toBe(rows * columns);
          expect(Math.min(...places)).toBe(0);
          expect(Math.max(...places)).toBe(rows * columns - 1);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe("packPanels and unpackPanels", () => {
  it.each([
    { name: "float32", ArrayType: Float32Array },
    { name: "float64", ArrayType: Float64Array },
  ])("give back what was packed, bit for bit, in $name", ({ ArrayType }) => {
    fc.assert(
      fc.property(sizes, ({ rows, columns }) => {
        const plain = new ArrayType(rows * columns).map((_, index) => Math.sin(index + 1));
        const panels = new ArrayType(padFeatures(rows) * padFeatures(columns));
        packPanels(plain, { rows, columns, panels });
        expect(unpackPanels(panels, { rows, columns })).toEqual(plain);
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it("leave the padding as it was", () => {
    fc.assert(
      fc.property(sizes, ({ rows, columns }) => {
        const panels = new Float64Array(padFeatures(rows) * padFeatures(columns));
        packPanels(new Float64Array(rows * columns).fill(1), { rows, columns, panels });
        expect(panels.reduce((sum, value) => sum + value, 0)).toBe(rows * columns);
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});
