import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { crowdingDistance, hypervolume, nonDominatedRanks, paretoFront } from "./pareto.ts";

const dominates = (a: readonly number[], b: readonly number[]) =>
  a.every((loss, i) => loss <= b[i]!) && a.some((loss, i) => loss < b[i]!);

/** By removing what nobody dominates again and again. */
function peeledRanks(losses: readonly (readonly number[])[], violations: readonly (readonly number[])[]) {
  const broken = losses.map((_, i) => (violations[i] ?? []).reduce((sum, v) => sum + Math.max(0, v), 0));
  const beats = (i: number, j: number) =>
    broken[i] === broken[j] ? dominates(losses[i]!, losses[j]!) : broken[i]! < broken[j]!;
  const ranks = losses.map(() => -1);
  let left = losses.map((_, i) => i);
  for (let rank = 0; left.length > 0; rank++) {
    const front = left.filter((i) => !left.some((j) => beats(j, i)));
    for (const i of front) ranks[i] = rank;
    left = left.filter((i) => !front.includes(i));
  }
  return ranks;
}

/** Few different values, so that there are ties and equal points. */
const manyPoints = fc.integer({ min: 1, max: 4 }).chain((objectives) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives }), {
    minLength: 1,
    maxLength: 40,
  }),
);

describe("nonDominatedRanks", () => {
  it("counts the fronts from the best on", () => {
    expect(
      nonDominatedRanks([
        [1, 4],
        [2, 2],
        [4, 1],
        [3, 3],
        [4, 4],
        [2, 2],
      ]),
    ).toEqual([0, 0, 0, 1, 2, 0]);
    expect(nonDominatedRanks([])).toEqual([]);
  });

  it("puts what keeps the constraints first, then what breaks them least", () => {
    expect(
      nonDominatedRanks(
        [
          [0, 0],
          [9, 9],
          [0, 1],
          [5, 5],
        ],
        [[2, -1], [0, -3], [1, 0.5], []],
      ),
    ).toEqual([3, 1, 2, 0]);
  });

  it("agrees with peeling front after front", () => {
    fc.assert(
      fc.property(
        manyPoints,
        fc.array(fc.array(fc.integer({ min: -1, max: 2 }), { maxLength: 2 })),
        (losses, violations) => {
          expect(nonDominatedRanks(losses, violations)).toEqual(peeledRanks(losses, violations));
        },
      ),
    );
  });
});

describe("paretoFront", () => {
  it("leaves out what breaks a constraint, however good", () => {
    expect(
      paretoFront(
        [
          [0, 0],
          [2, 1],
          [1, 2],
          [2, 2],
        ],
        [[1], [0], [-1], [0]],
      ),
    ).toEqual([1, 2]);
    expect(paretoFront([[0, 0]], [[1]])).toEqual([]);
  });

  it("holds equal points together", () => {
    expect(
      paretoFront([
        [1, 1],
        [1, 1],
        [2, 0],
      ]),
    ).toEqual([0, 1, 2]);
  });
});

describe("crowdingDistance", () => {
  it("adds up the room between the neighbours, endless at the ends", () => {
    expect(
      crowdingDistance([
        [0, 4],
        [4, 0],
        [1, 1],
      ]),
    ).toEqual([Infinity, Infinity, 2]);
    expect(
      crowdingDistance([
        [0, 4],
        [4, 0],
        [1, 2],
        [2, 1],
      ]),
    ).toEqual([Infinity, Infinity, 5 / 4, 5 / 4]);
  });

  it("is a number also where all points are equal or a loss has no end", () => {
    const distances = [
      ...crowdingDistance([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
      ...crowdingDistance([
        [0, Infinity],
        [1, 1],
        [2, 0],
      ]),
    ];
    for (const distance of distances) expect(distance).not.toBeNaN();
  });
});

describe("hypervolume", () => {
  it("is the area under the steps of two objectives", () => {
    expect(
      hypervolume(
        [
          [1, 3],
          [2, 2],
          [3, 1],
        ],
        [4, 4],
      ),
    ).toBe(6);
    expect(
      hypervolume(
        [
          [1, 3],
          [2, 2],
          [3, 1],
          [3, 3],
          [5, 0],
          [4, 1],
        ],
        [4, 4],
      ),
    ).toBe(6);
    expect(hypervolume([], [1, 1])).toBe(0);
    expect(hypervolume([[3], [2]], [5])).toBe(3);
  });

  it("is the volume of boxes put together", () => {
    expect(hypervolume([[0, 0, 0]], [2, 3, 4])).toBe(24);
    expect(
      hypervolume(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        [2, 2, 2],
      ),
    ).toBe(7);
    expect(
      hypervolume(
        [
          [1, 0, 0, 0],
          [0, 1, 0, 0],
          [0, 0, 1, 0],
          [0, 0, 0, 1],
        ],
        [2, 2, 2, 2],
      ),
    ).toBe(15);
  });

  it("counts the dominated cells of a grid", () => {
    fc.assert(
      fc.property(manyPoints, (points) => {
        const objectives = points[0]!.length;
        let cells = 0;
        for (let cell = 0; cell < 5 ** objectives; cell++) {
          const corner = Array.from({ length: objectives }, (_, i) => Math.floor(cell / 5 ** i) % 5);
          if (points.some((point) => point.every((loss, i) => loss <= corner[i]!))) cells++;
        }
        expect(hypervolume(points, Array<number>(objectives).fill(5))).toBe(cells);
      }),
    );
  });

  it.each([2, 3, 4])("is the share of random points that is dominated, of %i objectives", (objectives) => {
    const stream = new RandomStream(toSeed(1), "points", objectives);
    const draw = (index: number) =>
      Array.from({ length: objectives }, (_, i) => stream.uniform(index * objectives + i));
    const points = Array.from({ length: 12 }, (_, index) => draw(index));
    const samples = 20_000;
    let dominated = 0;
    for (let sample = 0; sample < samples; sample++) {
      const at = draw(100 + sample);
      if (points.some((point) => point.every((loss, i) => loss <= at[i]!))) dominated++;
    }
    // Four standard deviations of the share at most.
    const exact = hypervolume(points, Array<number>(objectives).fill(1));
    expect(Math.abs(exact - dominated / samples)).toBeLessThan(4 * Math.sqrt(0.25 / samples));
  });
});
