import { inspect } from "node:util";
import { expect, test } from "vitest";

import type { Dataset } from "./dataset.ts";
import { dataSchema } from "./document.ts";
import type { Examples } from "./examples.ts";
import * as room from "./index.ts";
import { compareWithTest, LockedSplit } from "./locked-split.ts";
import { openTestSplit } from "./open-test-split.ts";
import { holdOutTest } from "./splits/hold-out-test.ts";

const secret = 201;
const hidden: Examples = {
  count: 3,
  shape: [1],
  features: Uint8Array.of(secret, secret, secret),
  labels: Uint8Array.of(0, 1, 0),
};
const visible: Examples = {
  count: 2,
  shape: [1],
  features: Uint8Array.of(7, 8),
  labels: Uint8Array.of(0, 1),
};

function lock() {
  let reads = 0;
  const locked = new LockedSplit(3, async () => {
    reads += 1;
    return { examples: hidden, contentHash: "hash-of-test" };
  });
  const dataset: Dataset = {
    name: "d",
    task: { kind: "classification", classes: ["a", "b"] },
    shape: [1],
    examples: visible,
    test: locked,
    contentHash: "hash-of-examples",
  };
  return { dataset, reads: () => reads };
}

/** Every value that can be reached from `root` by own and inherited properties, symbols and map entries. */
function reachable(root: unknown): Set<unknown> {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value))
      continue;
    seen.add(value);
    open.push(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key)!;
      open.push(property.value, property.get, property.set);
    }
  }
  return seen;
}

test("a locked split shows its count and nothing else", () => {
  const { dataset, reads } = lock();
  expect(JSON.parse(JSON.stringify(dataset)).test).toEqual({ count: 3 });
  expect({ ...dataset.test }).toEqual({ count: 3 });
  expect(Reflect.ownKeys(dataset.test!)).toEqual(["count"]);
  expect(Reflect.ownKeys(LockedSplit.prototype)).toEqual(["constructor"]);
  expect(inspect(dataset, { showHidden: true, depth: 9 })).not.toContain(String(secret));
  expect(structuredClone({ ...dataset.test })).toEqual({ count: 3 });
  expect(reads()).toBe(0);
});

test("no path of properties leads from a data set to its test examples", () => {
  const { dataset } = lock();
  const values = reachable(dataset);
  expect(values.has(visible.features)).toBe(true);
  expect(values.has(hidden)).toBe(false);
  expect(values.has(hidden.features)).toBe(false);
  expect(values.has(hidden.labels)).toBe(false);
  expect(values.has(openTestSplit)).toBe(false);
});

test("no path leads from a data set to examples that were held out of it, or to all of them", async () => {
  const features = Float32Array.from({ length: 60 }, (_, index) => index);
  const all: Examples = { count: 60, shape: [1], features, labels: new Uint8Array(60) };
  const { dataset: source } = lock();
  const data = dataSchema.parse({ dataset: "mnist", test: 10 });
  const dataset = holdOutTest({ ...source, examples: all, test: null }, data);
  const { examples: held } = await openTestSplit(dataset.test!, { purpose: "p", now: 0 });
  const values = reachable(dataset);
  expect(values.has(dataset.examples.features)).toBe(true);
  for (const part of [all, held]) {
    expect(values.has(part)).toBe(false);
    expect(values.has(part.features)).toBe(false);
    expect(values.has(part.features.buffer)).toBe(false);
  }
  const seen = [...values].filter((value) => value instanceof Float32Array).flatMap((value) => [...value]);
  expect(held.features.some((value) => seen.includes(value))).toBe(false);
});

test("a part of a locked split is as locked as the whole", async () => {
  const { dataset: source, reads } = lock();
  const dataset = holdOutTest(source, dataSchema.parse({ dataset: "mnist", test: 2 }));
  const values = reachable(dataset);
  expect(values.has(hidden)).toBe(false);
  expect(values.has(source.test)).toBe(false);
  expect(JSON.parse(JSON.stringify(dataset)).test).toEqual({ count: 2 });
  expect(reads()).toBe(0);
});

test("what is compared with the test split behind the lock comes out as numbers, and nothing leads on from them", async () => {
  const { dataset, reads } = lock();
  const mine = { count: 2, shape: [1], features: Uint8Array.of(7, secret) };
  const seen: unknown[] = [];
  const found = await compareWithTest(dataset.test!, mine, { onProgress: (progress) => seen.push(progress) });
  expect(found).toEqual({
    exact: [0, 1, 2].map((second) => ({ first: 1, second, distance: 0 })),
    near: [],
    isComplete: true,
    testCount: 3,
  });
  const values = reachable([found, ...seen]);
  expect(values.has(hidden)).toBe(false);
  expect(values.has(hidden.features)).toBe(false);
  expect(values.has(hidden.labels)).toBe(false);
  expect([...values].filter((value) => ArrayBuffer.isView(value))).toEqual([]);
  expect(inspect(found, { showHidden: true, depth: 9 })).not.toContain(String(secret));
  expect(reads()).toBe(1);
});

test("a comparison is the same whatever the hidden labels are, and is no opening", async () => {
  const withLabels = (labels: Examples["labels"]) =>
    new LockedSplit(3, async () => ({ examples: { ...hidden, labels }, contentHash: "h" }));
  const split = withLabels(hidden.labels);
  const other = withLabels(Uint8Array.of(1, 1, 1));
  const mine = { count: 1, shape: [1], features: Uint8Array.of(secret) };
  expect(await compareWithTest(split, mine)).toEqual(await compareWithTest(other, mine));
  expect((await openTestSplit(split, { purpose: "p", now: 0 })).opening.ordinal).toBe(1);
});

test("a comparison hands nothing of the test split to who asks for its progress", async () => {
  const pictures = (value: number) => ({
    count: 2,
    shape: [5, 5, 1],
    features: Uint8Array.from({ length: 50 }, (_, i) => ((i * i) % 7) * 20 + value),
    labels: Uint8Array.of(0, 1),
  });
  const split = new LockedSplit(2, async () => ({ examples: pictures(3), contentHash: "h" }));
  const seen: unknown[] = [];
  await compareWithTest(split, pictures(0), { onProgress: (progress) => seen.push(progress) });
  expect(seen.length).toBeGreaterThan(0);
  for (const progress of seen) {
    expect(progress).toEqual({
      what: expect.any(String) as unknown,
      done: expect.any(Number) as unknown,
      total: expect.any(Number) as unknown,
    });
  }
});

test("the room's index does not hand out the key", () => {
  expect(Object.values(room)).not.toContain(openTestSplit);
  expect(Object.keys(room)).not.toContain("LockedSplit");
});

test("the type has no examples either", () => {
  const { dataset } = lock();
  // @ts-expect-error: a locked split has a count only
  expect(dataset.test!.examples).toBeUndefined();
  // @ts-expect-error: the type is nominal, so a look-alike is not a locked split
  const lookAlike: LockedSplit = { count: 3 };
  expect(lookAlike.count).toBe(3);
});

test("a locked split cannot be changed", () => {
  const { dataset } = lock();
  expect(() => Object.assign(dataset.test!, { count: 4 })).toThrow(TypeError);
});

test("opening reads the examples and says why, when and how often", async () => {
  const { dataset, reads } = lock();
  const first = await openTestSplit(dataset.test!, { purpose: "winner of study s", now: 1000 });
  expect(first.examples).toBe(hidden);
  expect(first.opening).toEqual({
    purpose: "winner of study s",
    openedAt: 1000,
    ordinal: 1,
    contentHash: "hash-of-test",
  });
  const second = await openTestSplit(dataset.test!, { purpose: "again", now: 2000 });
  expect(second.opening).toMatchObject({ purpose: "again", openedAt: 2000, ordinal: 2 });
  expect(reads()).toBe(2);
});

test("openings at the same time are counted apart", async () => {
  const { dataset } = lock();
  const opened = await Promise.all(
    [1, 2, 3].map((now) => openTestSplit(dataset.test!, { purpose: "race", now })),
  );
  expect(opened.map(({ opening }) => opening.ordinal).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
});

test("an opening without a purpose is refused and reads nothing", async () => {
  const { dataset, reads } = lock();
  await expect(openTestSplit(dataset.test!, { purpose: "  ", now: 0 })).rejects.toMatchObject({
    code: "INVALID_USAGE",
    message: expect.stringContaining("purpose"),
  });
  expect(reads()).toBe(0);
});

test("an opening that fails is not counted", async () => {
  let isBroken = true;
  const split = new LockedSplit(3, async () => {
    if (isBroken) throw new Error("damaged");
    return { examples: hidden, contentHash: "h" };
  });
  await expect(openTestSplit(split, { purpose: "p", now: 0 })).rejects.toThrow("damaged");
  isBroken = false;
  expect((await openTestSplit(split, { purpose: "p", now: 0 })).opening.ordinal).toBe(1);
});
