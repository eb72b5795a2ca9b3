import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { panelIndex } from "./panel-layout.ts";

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
