import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { symmetricEigen } from "./symmetric-eigen.ts";

const symmetric = fc.integer({ min: 1, max: 8 }).chain((n) =>
  fc
    .array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: n * n, maxLength: n * n })
    .map((entries) => ({
      n,
      matrix: Float64Array.from(entries, (entry, i) => entry + entries[(i % n) * n + Math.floor(i / n)]!),
    })),
);

describe("symmetricEigen", () => {
  it("gives orthonormal vectors that put the matrix together again", () => {
    fc.assert(
      fc.property(symmetric, ({ n, matrix }) => {
        const { values, vectors } = symmetricEigen(matrix, n);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [product, entry] = [0, 0];
            for (let k = 0; k < n; k++) {
              product += vectors[k * n + i]! * vectors[k * n + j]!;
              entry += values[k]! * vectors[i * n + k]! * vectors[j * n + k]!;
            }
            expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
            expect(entry).toBeCloseTo(matrix[i * n + j]!, 9);
          }
        }
      }),
    );
  });

  it("finds small values beside large ones", () => {
    const { values } = symmetricEigen(Float64Array.of(1e8, 1, 1, 2), 2);
    expect(values.toSorted()[0]).toBeCloseTo(2 - 1e-8, 9);
  });
});
