import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { SobolSequence, sobolWord } from "./sobol-sequence.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/sobol.json", import.meta.url), "utf8"),
) as {
  readonly versions: { readonly scipy: string };
  readonly dimensions: number;
  readonly indices: readonly number[];
  readonly words: readonly (readonly number[])[];
};

const range = (length: number) => Array.from({ length }, (_, index) => index);
const seeds = [1, 2, 3].map(toSeed);

/** How often each box of an even cut, 2^cuts[i] slices along axis i, is hit. */
function hits(points: readonly ArrayLike<number>[], cuts: readonly number[]): number[] {
  const counts = Array<number>(2 ** cuts.reduce((sum, cut) => sum + cut, 0)).fill(0);
  for (const point of points) {
    counts[cuts.reduce((box, cut, axis) => box * 2 ** cut + Math.floor(point[axis]! * 2 ** cut), 0)]! += 1;
  }
  return counts;
}

/** Warnock's formula for the L2 star discrepancy. */
function discrepancy(points: readonly ArrayLike<number>[]): number {
  const product = (of: (axis: number) => number) =>
    range(points[0]!.length).reduce((total, axis) => total * of(axis), 1);
  const n = points.length;
  let single = 0;
  let pairs = 0;
  for (const a of points) {
    single += product((axis) => (1 - a[axis]! ** 2) / 2);
    for (const b of points) pairs += product((axis) => 1 - Math.max(a[axis]!, b[axis]!));
  }
  return Math.sqrt(3 ** -points[0]!.length - (2 / n) * single + pairs / n ** 2);
}

describe("sobolWord", () => {
  it(`gives the points of SciPy ${golden.versions.scipy}`, () => {
    for (const [row, index] of golden.indices.entries()) {
      const words = range(golden.dimensions).map((dimension) => sobolWord(dimension, index));
      expect(words, `point ${index}`).toEqual(golden.words[row]);
    }
  });
});

describe("SobolSequence", () => {
  it("hits every slice of an aligned run once, in all dimensions, also beyond the table", () => {
    const sequence = new SobolSequence(toSeed(4), 150);
    for (const start of [0, 64, 192]) {
      const points = range(64).map((index) => sequence.point(start + index));
      for (const axis of range(150)) {
        expect(
          hits(
            points.map((point) => [point[axis]!]),
            [6],
          ),
        ).toEqual(Array(64).fill(1));
      }
    }
  });

  it.each(seeds)("is a (0, m, 2)-net: every box of the area of a point holds one, seed %s", (seed) => {
    const sequence = new SobolSequence(seed, 2);
    for (const start of [0, 32, 96]) {
      const points = range(32).map((index) => sequence.point(start + index));
      for (const cut of range(6)) expect(hits(points, [cut, 5 - cut])).toEqual(Array(32).fill(1));
    }
  });

  it.each(seeds)(
    "is a (t, m, 3)-net: every box of an eighth holds its share of 32 points, seed %s",
    (seed) => {
      // The sum of the polynomials' degrees less one is t: 0 + 0 + 1.
      const sequence = new SobolSequence(seed, 3);
      const points = range(32).map((index) => sequence.point(index));
      for (const cuts of [
        [2, 1, 1],
        [1, 2, 1],
        [1, 1, 2],
        [4, 0, 0],
        [0, 2, 2],
        [0, 1, 3],
      ]) {
        expect(hits(points, cuts)).toEqual(Array(16).fill(2));
      }
    },
  );

  it("spreads far more evenly than random points", () => {
    let [ofSobol, ofRandom] = [0, 0];
    for (const seed of seeds) {
      const sequence = new SobolSequence(seed, 4);
      const random = new RandomStream(seed, "points");
      ofSobol += discrepancy(range(256).map((index) => sequence.point(index)));
      ofRandom += discrepancy(range(256).map((i) => range(4).map((axis) => random.uniform(4 * i + axis))));
    }
    expect(ofSobol).toBeLessThan(0.4 * ofRandom);
  });

  it("keeps its coordinates inside the cube, and changes them all with the seed", () => {
    const [one, other] = [new SobolSequence(toSeed(1), 70), new SobolSequence(toSeed(2), 70)];
    for (const index of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
      const point = one.point(index);
      for (const [axis, unit] of point.entries()) {
        expect(unit).toBeGreaterThan(0);
        expect(unit).toBeLessThan(1);
        expect(unit).not.toBe(other.point(index)[axis]);
      }
    }
  });

  it("is uniform at every index over the seeds", () => {
    const units = range(2000).map((seed) => new SobolSequence(toSeed(seed), 3).point(0)[2]!);
    const mean = units.reduce((sum, unit) => sum + unit, 0) / units.length;
    // Four standard deviations of the mean of 2000.
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 / Math.sqrt(12 * 2000));
  });
});
