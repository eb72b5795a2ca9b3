import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Dataset } from "../dataset.ts";
import { dataSchema } from "../document.ts";
import { LockedSplit } from "../locked-split.ts";
import { openTestSplit } from "../open-test-split.ts";
import { splitDataset } from "../split.ts";
import { holdOutTest } from "./hold-out-test.ts";

const task = { kind: "classification", classes: ["a", "b", "c"] } as const;

/** Examples whose features are their own numbers, so that they can be traced wherever they go. */
function examplesOf(count: number, from = 0) {
  return {
    count,
    shape: [2],
    features: Float32Array.from({ length: 2 * count }, (_, i) => from + (i >> 1)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
  };
}

function datasetOf(count: number, more: Partial<Dataset> = {}): Dataset {
  return {
    name: "made",
    task,
    shape: [2],
    examples: examplesOf(count),
    test: null,
    contentHash: "h",
    ...more,
  };
}

const documentOf = (data: object) => dataSchema.parse({ dataset: "mnist", ...data });
const open = (dataset: Dataset) => openTestSplit(dataset.test!, { purpose: "a test", now: 0 });
const numbersOf = (features: ArrayLike<number>) =>
  Array.from({ length: features.length / 2 }, (_, i) => features[2 * i]!);

describe("a source without a test split", () => {
  const cases = fc.record({
    count: fc.integer({ min: 12, max: 200 }),
    seed: fc.nat(),
    test: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    stratified: fc.boolean(),
    isGrouped: fc.boolean(),
  });

  test("no test example is ever in train or validation, and none is lost", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ count, seed, test: size, stratified, isGrouped }) => {
        const groups = Int32Array.from({ length: count }, (_, i) => Math.floor(i / 2));
        const source = datasetOf(count, isGrouped ? { groups } : {});
        const data = documentOf({ seed, stratified, ...(size === undefined ? {} : { test: size }) });
        const dataset = holdOutTest(source, data);
        const { examples } = await open(dataset);
        expect(dataset.test!.count).toBe(examples.count);
        if (!isGrouped) expect(examples.count).toBe(size ?? Math.floor(count / 6));
        const hidden = numbersOf(examples.features);
        const left = numbersOf(dataset.examples.features);
        expect([...hidden, ...left].toSorted((a, b) => a - b)).toEqual([...Array(count).keys()]);
        expect([...examples.labels]).toEqual(hidden.map((number) => number % 3));
        expect([...dataset.examples.labels]).toEqual(left.map((number) => number % 3));
        const { train, validation } = splitDataset(dataset, data);
        const used = [...train.indices, ...validation.indices].map((index) => left[index]!);
        expect(used.toSorted((a, b) => a - b)).toEqual(left);
        if (!isGrouped) return;
        expect([...dataset.groups!]).toEqual(left.map((number) => Math.floor(number / 2)));
        const hiddenGroups = new Set(hidden.map((number) => Math.floor(number / 2)));
        expect(left.some((number) => hiddenGroups.has(Math.floor(number / 2)))).toBe(false);
      }),
    );
  });

  test("stratified, the test split has the classes in their shares to within one example", async () => {
    const labels = Uint8Array.from({ length: 90 }, (_, i) => (i % 9 === 0 ? 0 : i % 2 === 0 ? 1 : 2));
    const source = datasetOf(90, { examples: { ...examplesOf(90), labels } });
    const { examples } = await open(holdOutTest(source, documentOf({ stratified: true, test: 18 })));
    const counts = [0, 1, 2].map((label) => examples.labels.filter((one) => one === label).length);
    expect(counts).toEqual([2, 8, 8]);
  });

  test("the seed decides which; sizes of train and validation, folds and all else do not", async () => {
    const hidden = async (data: object) =>
      numbersOf((await open(holdOutTest(datasetOf(60), documentOf(data)))).examples.features);
    const expected = await hidden({ seed: 3 });
    expect(expected).toHaveLength(10);
    expect(await hidden({ seed: 3, folds: 4, fold: 2 })).toEqual(expected);
    expect(await hidden({ seed: 3, train: 5, validation: 8 })).toEqual(expected);
    expect(await hidden({ seed: 4 })).not.toEqual(expected);
  });

  test("the choice is written down: it may never change under a document", async () => {
    const { examples } = await open(holdOutTest(datasetOf(30), documentOf({ seed: 0 })));
    expect(numbersOf(examples.features)).toMatchInlineSnapshot(`
      [
        3,
        12,
        13,
        14,
        28,
      ]
    `);
  });

  test("by default a sixth is held out, at most 10,000", () => {
    expect(holdOutTest(datasetOf(600), documentOf({})).test!.count).toBe(100);
    expect(holdOutTest(datasetOf(90_000), documentOf({})).test!.count).toBe(10_000);
    expect(holdOutTest(datasetOf(3), documentOf({})).test!.count).toBe(1);
    expect(holdOutTest(datasetOf(60), documentOf({ test: 0.5 })).test!.count).toBe(30);
  });

  test("0 holds out nothing and copies nothing", () => {
    const source = datasetOf(10);
    const dataset = holdOutTest(source, documentOf({ test: 0 }));
    expect(dataset.test).toBeNull();
    expect(dataset.examples).toBe(source.examples);
  });

  test("the content hash stays that of all examples; the test split has its own", async () => {
    const dataset = holdOutTest(datasetOf(30), documentOf({}));
    expect(dataset.contentHash).toBe("h");
    const { opening } = await open(dataset);
    expect(opening.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect((await open(holdOutTest(datasetOf(30), documentOf({ seed: 1 })))).opening.contentHash).not.toBe(
      opening.contentHash,
    );
  });

  test("the source's own validation split stays what it is", () => {
    const source = datasetOf(30, { ownValidation: Int32Array.of(28, 4, 11) });
    for (let seed = 0; seed < 10; seed++) {
      const dataset = holdOutTest(source, documentOf({ seed }));
      const left = numbersOf(dataset.examples.features);
      expect([...dataset.ownValidation!].map((index) => left[index])).toEqual([28, 4, 11]);
    }
  });

  test.each([
    [{ test: 29 }, /`test` must be at most 28 of the 30 examples of `made`, got 29\./],
    [{ test: 0.99 }, /`test` must be at most 28 of the 30 examples of `made`, got 30\./],
  ])("%j is refused", (data, message) => {
    expect(() => holdOutTest(datasetOf(30), documentOf(data))).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: expect.stringMatching(message),
        hint: expect.stringContaining("`test: 0`"),
      }),
    );
  });

  test("too few groups and too small classes are refused", () => {
    const groups = Int32Array.from({ length: 30 }, (_, i) => i % 2);
    expect(() => holdOutTest(datasetOf(30, { groups }), documentOf({}))).toThrow(
      /at least 3 groups of examples, one for each split, got 2\./,
    );
    const labels = Uint8Array.from({ length: 30 }, (_, i) => (i < 2 ? 2 : i % 2));
    const source = datasetOf(30, { examples: { ...examplesOf(30), labels } });
    expect(() => holdOutTest(source, documentOf({ stratified: true }))).toThrow(
      /at least 3 examples, one for each split, got 2 of `c`\./,
    );
  });
});

describe("a source with its own test split", () => {
  function withOwn(count: number | null = 12) {
    let reads = 0;
    const locked = new LockedSplit(count, async () => {
      reads += 1;
      return { examples: examplesOf(12, 100), contentHash: "own" };
    });
    return { source: datasetOf(30, { test: locked }), reads: () => reads };
  }

  test("it is used as it is, and nothing else is held out", () => {
    const { source } = withOwn();
    expect(holdOutTest(source, documentOf({}))).toBe(source);
  });

  test.each([
    [4, 4],
    [0.5, 6],
    [12, 12],
  ])("%j of it are %i of its examples, chosen when it is opened", async (size, count) => {
    const { source, reads } = withOwn();
    const dataset = holdOutTest(source, documentOf({ test: size }));
    expect(dataset.test!.count).toBe(count);
    expect(dataset.examples).toBe(source.examples);
    expect(reads()).toBe(0);
    const { examples, opening } = await open(dataset);
    expect(reads()).toBe(1);
    expect(examples.count).toBe(count);
    expect(new Set(numbersOf(examples.features)).size).toBe(count);
    expect(Math.min(...examples.features)).toBeGreaterThanOrEqual(100);
    expect(opening).toMatchObject({ ordinal: 1, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  test("a part can be stratified, and fewer are some of more", async () => {
    const numbers = async (data: object) =>
      numbersOf((await open(holdOutTest(withOwn().source, documentOf(data)))).examples.features);
    const six = await numbers({ test: 6, stratified: true });
    expect([0, 1, 2].map((label) => six.filter((number) => (number - 100) % 3 === label).length)).toEqual([
      2, 2, 2,
    ]);
    const three = await numbers({ test: 3, stratified: true });
    expect(six).toEqual(expect.arrayContaining(three));
  });

  test("more than there is, is refused at once, or when it is read where nobody knows before", async () => {
    const message = /`test` must be at most 12, the examples of the test split of `made`, got 13\./;
    expect(() => holdOutTest(withOwn().source, documentOf({ test: 13 }))).toThrow(message);
    const dataset = holdOutTest(withOwn(null).source, documentOf({ test: 13 }));
    expect(dataset.test!.count).toBeNull();
    await expect(open(dataset)).rejects.toThrow(message);
  });

  test("0 leaves it out", () => {
    expect(holdOutTest(withOwn().source, documentOf({ test: 0 })).test).toBeNull();
  });
});
