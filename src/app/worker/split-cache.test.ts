import { expect, test } from "vitest";

import { dataSchema, defineSource, type DatasetSource } from "../../learning/data/index.ts";
import { SplitCache } from "./split-cache.ts";

const task = { kind: "classification", classes: ["a", "b"] } as const;
const labels = Uint8Array.from({ length: 60 }, (_, i) => i % 2);

/** A cache of one source, and how often that was read. */
function cacheOf(change: (source: DatasetSource) => DatasetSource = (source) => source) {
  let loads = 0;
  const plain = defineSource({
    name: "mine",
    task,
    shape: [1],
    load: () => {
      loads += 1;
      return { features: Float32Array.from(labels, (_, i) => i % 3), labels };
    },
  });
  const cache = new SplitCache({ custom: { mine: change(plain) } });
  const splits = (data: object) =>
    cache.splits(dataSchema.parse({ dataset: { kind: "custom", name: "mine" }, ...data }));
  return { splits, loads: () => loads };
}

test("folds and sizes are drawn from one reading, and known ones are given again", async () => {
  const { splits, loads } = cacheOf();
  const first = await splits({ folds: 4, fold: 0 });
  const second = await splits({ folds: 4, fold: 1 });
  expect(second.train.examples).toBe(first.train.examples);
  expect(await splits({ folds: 4, fold: 0 })).toBe(first);
  await splits({ train: 10 });
  expect(loads()).toBe(1);
});

test.each([[{ seed: 1 }], [{ test: 5 }], [{ stratified: true }]])(
  "%j holds out another test split, and only the last one's rest is kept",
  async (other) => {
    const { splits, loads } = cacheOf();
    const first = await splits({});
    const second = await splits(other);
    expect(second.train.examples).not.toBe(first.train.examples);
    const again = await splits({});
    expect(again).not.toBe(first);
    expect([again.train, again.validation]).toEqual([first.train, first.validation]);
    expect(loads()).toBe(3);
  },
);

test("examples that were made for one training split are kept for that one alone", async () => {
  const columns = [{ name: "kind", categories: ["x", "y", "z"] }];
  const { splits, loads } = cacheOf((source) => ({
    ...source,
    load: async (options) => ({ ...(await source.load(options)), columns }),
  }));
  const first = await splits({ folds: 4, fold: 0 });
  expect(first.shape).toEqual([3]);
  expect(await splits({ folds: 4, fold: 0 })).toBe(first);
  await splits({ folds: 4, fold: 1 });
  const again = await splits({ folds: 4, fold: 0 });
  expect(again).not.toBe(first);
  expect(again.train).toEqual(first.train);
  expect(loads()).toBe(1);
});

test("a reading that fails leaves nothing behind", async () => {
  const { splits } = cacheOf();
  await splits({});
  await expect(splits({ test: 1000 })).rejects.toMatchObject({ code: "INVALID_DOCUMENT" });
  expect((await splits({})).train.examples.count).toBe(50);
});
