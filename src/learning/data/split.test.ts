import { describe, expect, test } from "vitest";
import fc from "fast-check";

import { dataSchema } from "./document.ts";
import { splitDataset } from "./split.ts";

const task = { kind: "classification", classes: ["a", "b"] } as const;

function datasetOf(count: number) {
  const examples = { count, shape: [1], features: new Uint8Array(count), labels: new Uint8Array(count) };
  return { name: "mnist", task, shape: [1], examples };
}

const documentOf = (data: object) => dataSchema.parse({ dataset: "mnist", ...data });
const split = (count: number, data: object = {}) => splitDataset(datasetOf(count), documentOf(data));

/** A data set's size, and how many of it to train and validate on, together at most all. */
const sizes = fc
  .integer({ min: 2, max: 400 })
  .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 1, max: count - 1 })))
  .chain(([count, validation]) =>
    fc.tuple(fc.constant(count), fc.constant(validation), fc.integer({ min: 1, max: count - validation })),
  );
const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);

describe("splitDataset", () => {
  test("train and validation are disjoint, without repeats, of the sizes asked for", () => {
    fc.assert(
      fc.property(sizes, seeds, ([count, validation, train], seed) => {
        const splits = split(count, { train, validation, seed });
        expect(splits.train.indices).toHaveLength(train);
        expect(splits.validation.indices).toHaveLength(validation);
        const all = [...splits.train.indices, ...splits.validation.indices];
        expect(new Set(all).size).toBe(train + validation);
        expect(all.every((index) => index >= 0 && index < count)).toBe(true);
      }),
    );
  });

  test("changing `train` leaves validation alone, and a smaller train split begins every larger one", () => {
    fc.assert(
      fc.property(sizes, seeds, ([count, validation, train], seed) => {
        const small = split(count, { train, validation, seed });
        const all = split(count, { validation, seed });
        expect(small.validation.indices).toEqual(all.validation.indices);
        expect(small.train.indices).toEqual(all.train.indices.subarray(0, train));
      }),
    );
  });

  test("the seed decides, and only the seed", () => {
    const ofSeed = (seed: string | number) => [
      ...split(100, { train: 50, validation: 20, seed }).train.indices,
    ];
    expect(ofSeed(1)).toEqual(ofSeed("1"));
    expect(ofSeed(1)).not.toEqual(ofSeed(2));
  });

  test("the order is written down: it may never change under a document", () => {
    const { train, validation } = split(12, { train: 4, validation: 4, seed: 0 });
    expect([...validation.indices, ...train.indices]).toMatchInlineSnapshot(`
      [
        1,
        3,
        2,
        9,
        8,
        11,
        5,
        6,
      ]
    `);
  });

  test("without sizes, 5,000 or a sixth go to validation and all others to training", () => {
    const sizesOf = (count: number) => {
      const { train, validation } = split(count);
      return [train.indices.length, validation.indices.length];
    };
    expect(sizesOf(60_000)).toEqual([55_000, 5000]);
    expect(sizesOf(12_000)).toEqual([10_000, 2000]);
    expect(sizesOf(2)).toEqual([1, 1]);
  });

  test("the splits share the data set's examples", () => {
    const dataset = datasetOf(10);
    const splits = splitDataset(dataset, documentOf({ train: 2, validation: 2 }));
    expect(splits.train.examples).toBe(dataset.examples);
    expect(splits.validation.examples).toBe(dataset.examples);
    expect(splits).toMatchObject({ task, shape: [1] });
  });

  test("asking for more than there is names the numbers and what fits", () => {
    expect(() => split(60_000, { train: 58_000 })).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: expect.stringMatching(/at most 60000, the examples of `mnist`, got 58000 \+ 5000 = 63000\./),
        hint: "With 5000 for validation, `train` can be at most 55000.",
        facts: { dataset: "mnist", available: 60_000, train: 58_000, validation: 5000 },
      }),
    );
    expect(() => split(10, { validation: 10 })).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        hint: "`validation` can be at most 9, which leaves one example to train on.",
      }),
    );
  });
});

describe("dataSchema", () => {
  test("fills in the seed and what sources and splits do by default", () => {
    expect(dataSchema.parse({ dataset: "digits" })).toEqual({
      dataset: "digits",
      seed: "0",
      stratified: false,
      fold: 0,
      sampling: "shuffle",
      preprocessing: { scaling: "unit", missing: "refuse", categories: "one-hot" },
      augmentation: {},
    });
  });

  test.each([
    [7, "7"],
    ["007", "7"],
    ["18446744073709551615", "18446744073709551615"],
  ])("seed %j becomes %j", (seed, expected) => {
    expect(dataSchema.parse({ dataset: "digits", seed }).seed).toBe(expected);
  });

  test.each([
    [{ dataset: "digits", seed: -1 }],
    [{ dataset: "digits", seed: 1.5 }],
    [{ dataset: "digits", seed: "18446744073709551616" }],
    [{ dataset: "digits", seed: "x" }],
    [{ dataset: "digits", train: 0 }],
    [{ dataset: "digits", validation: 2.5 }],
    [{ dataset: "digits", test: -1 }],
    [{ dataset: "cifar" }],
    [{}],
  ])("refuses %j", (data) => {
    expect(dataSchema.safeParse(data).success).toBe(false);
  });

  test("a document that was parsed parses to itself", () => {
    const data = dataSchema.parse({ dataset: "mnist", train: 10, validation: 5, seed: 3 });
    expect(dataSchema.parse(data)).toEqual(data);
  });
});
