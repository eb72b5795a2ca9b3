import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { deriveSeed, RandomStream, toSeed } from "./stream.ts";

const indices = Array.from({ length: 200 }, (_, index) => index);
const stream = (seed = 1, ...names: (string | number)[]) => new RandomStream(toSeed(seed), ...names);
const wordsOf = (source: RandomStream, order = indices) => order.map((index) => source.uint32(index));

describe("RandomStream", () => {
  it("gives the same word for an index whatever was asked before", () => {
    const expected = wordsOf(stream());
    const order = fc.shuffledSubarray(indices, { minLength: 1 });
    fc.assert(
      fc.property(order, (asked) => {
        const source = stream();
        for (const index of asked) expect(source.uint32(index)).toBe(expected[index]);
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it.each([
    { what: "seed", other: stream(2, "weights", 1) },
    { what: "name", other: stream(1, "order", 1) },
    { what: "number in the name", other: stream(1, "weights", 2) },
    { what: "cut between names", other: stream(1, "weights1") },
    { what: "length of the path", other: stream(1, "weights", 1, "") },
  ])("is another stream when it differs in its $what", ({ other }) => {
    const words = wordsOf(stream(1, "weights", 1));
    const equal = wordsOf(other).filter((word, index) => word === words[index]);
    expect(equal).toHaveLength(0);
  });

  it("names a number as its decimal text", () => {
    expect(wordsOf(stream(1, "epoch", 3))).toEqual(wordsOf(stream(1, "epoch", "3")));
  });

  it("has distinct words beyond the index 2^34, where the block number needs a second word", () => {
    const far = 2 ** 34 + 1;
    const source = stream();
    expect(source.uint32(far)).not.toBe(source.uint32(far - 2 ** 34));
    expect(stream().uint32(far)).toBe(source.uint32(far));
  });

  it("gives uniforms in [0, 1) with the moments of the uniform distribution", () => {
    const count = 100_000;
    const source = stream(3, "uniform");
    const values = Array.from({ length: count }, (_, index) => source.uniform(index));
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    // Four standard errors: of the mean sqrt(1/12/n), of the variance sqrt(1/180/n).
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / count));
  });

  it("gives normals with the first four moments of the normal distribution", () => {
    const count = 100_000;
    const source = stream(4, "normal");
    const moment = [0, 0, 0, 0];
    for (let index = 0; index < count; index++) {
      const value = source.normal(index);
      moment.forEach((_, power) => (moment[power]! += value ** (power + 1) / count));
    }
    // Variances of x, x^2, x^3, x^4: 1, 2, 15, 96.
    const expected = [0, 1, 0, 3];
    [1, 2, 15, 96].forEach((variance, power) => {
      expect(Math.abs(moment[power]! - expected[power]!)).toBeLessThan(4 * Math.sqrt(variance / count));
    });
  });

  it("draws every whole number below the bound about equally often", () => {
    const bound = 7;
    const count = 70_000;
    const source = stream(5, "integers");
    const hits = new Array<number>(bound).fill(0);
    for (let index = 0; index < count; index++) hits[source.integerBelow(bound, index)]!++;
    const chiSquare = hits.reduce((sum, hit) => sum + (hit - count / bound) ** 2 / (count / bound), 0);
    // The 99.9 % quantile for six degrees of freedom.
    expect(chiSquare).toBeLessThan(22.5);
  });

  it("shuffles into a permutation, the same one every time", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.nat(), (length, seed) => {
        const ordered = Int32Array.from({ length }, (_, index) => index);
        const shuffled = ordered.slice();
        stream(seed, "order").shuffle(shuffled);
        expect(shuffled.slice().sort()).toEqual(ordered);
        const again = ordered.slice();
        stream(seed, "order").shuffle(again);
        expect(again).toEqual(shuffled);
      }),
      { seed: 3 },
    );
  });

  it("shuffles three elements into their six orders about equally often", () => {
    const count = 6000;
    const hits = new Map<string, number>();
    for (let seed = 0; seed < count; seed++) {
      const values = Int32Array.of(0, 1, 2);
      stream(seed, "orders").shuffle(values);
      hits.set(values.join(), (hits.get(values.join()) ?? 0) + 1);
    }
    const chiSquare = [...hits.values()].reduce((sum, hit) => sum + (hit - 1000) ** 2 / 1000, 0);
    expect(hits.size).toBe(6);
    // The 99.9 % quantile for five degrees of freedom.
    expect(chiSquare).toBeLessThan(20.5);
  });
});

describe("toSeed", () => {
  it.each([
    [0, "0"],
    [7, "7"],
    ["007", "7"],
    [2n ** 64n - 1n, "18446744073709551615"],
  ])("takes %s as %s", (value, text) => {
    expect(toSeed(value)).toBe(text);
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, "", "1e3", "18446744073709551616", "99999999999999999999", " 1"])(
    "refuses %j and shows it",
    (value) => {
      expect(() => toSeed(value)).toThrow(
        expect.objectContaining({ code: "INVALID_USAGE", message: expect.stringContaining(`\`${value}\``) }),
      );
    },
  );
});

describe("deriveSeed", () => {
  it("gives a seed that is a function of the seed and the names", () => {
    const seeds = [
      deriveSeed(toSeed(1), "trial", 1),
      deriveSeed(toSeed(1), "trial", 2),
      deriveSeed(toSeed(2), "trial", 1),
    ];
    expect(new Set(seeds).size).toBe(3);
    for (const seed of seeds) expect(toSeed(seed)).toBe(seed);
    expect(deriveSeed(toSeed(1), "trial", 1)).toBe(seeds[0]);
  });
});
