import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { npyFile, type NpyFixtureOptions } from "../../../testing/npy-fixture.ts";
import { openTestSplit } from "../open-test-split.ts";
import { npy } from "./npy.ts";
import { npz } from "./npz.ts";
import type { ReadingProgress, SourceOptions } from "./source.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-arrays-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const table = { type: "<f4", shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] } as const;
const images = { type: "|u1", shape: [2, 2, 3], values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255] } as const;
const classes = { type: "<i4", shape: [4], values: [0, 1, 2, 1] } as const;
const two = { type: "|u1", shape: [2], values: [1, 0] } as const;

type Arrays = Readonly<Record<string, NpyFixtureOptions>>;

/** The source of files that are written now: one for each field of the document. */
async function sourceOf(arrays: Arrays, settings: object = {}) {
  const paths: Record<string, string> = {};
  for (const [field, options] of Object.entries(arrays)) {
    paths[field] = join(folder, `${field}.npy`);
    await writeFile(paths[field], npyFile(options));
  }
  return npy.source(npy.schema.parse({ kind: "npy", ...paths, ...settings }));
}

async function archiveOf(arrays: Arrays, settings: object = {}) {
  const path = join(folder, "arrays.npz");
  const members = Object.entries(arrays).map(([name, options]) => [`${name}.npy`, npyFile(options)] as const);
  await writeFile(path, zipSync(Object.fromEntries(members)));
  return npz.source(npz.schema.parse({ kind: "npz", path, ...settings }));
}

async function load(arrays: Arrays, settings: object = {}, options: SourceOptions = {}) {
  return (await sourceOf(arrays, settings)).load(options);
}

describe("the contract of npy", () => {
  beforeEach(async () => void (await sourceOf({ features: table, labels: classes })));
  const create = () => {
    const [features, labels] = ["features", "labels"].map((field) => join(folder, `${field}.npy`));
    return npy.source(npy.schema.parse({ kind: "npy", features, labels }));
  };
  datasetSourceContract({ create, options: () => ({}) });
});

describe("the contract of npz", () => {
  beforeEach(async () => void (await archiveOf({ x_train: table, y_train: classes })));
  const create = () => npz.source(npz.schema.parse({ kind: "npz", path: join(folder, "arrays.npz") }));
  datasetSourceContract({ create, options: () => ({}) });
});

describe("npy", () => {
  test("a table of floats has numbered columns, whole labels are classes", async () => {
    expect(await load({ features: table, labels: classes })).toMatchObject({
      name: "features.npy",
      task: { kind: "classification", classes: ["0", "1", "2"] },
      shape: [2],
      columns: [{ name: "feature1", categories: null }, { name: "feature2" }],
      examples: { count: 4, features: Float32Array.from(table.values), labels: Uint8Array.of(0, 1, 2, 1) },
      test: null,
    });
  });

  test("images stay bytes and get a channel, classes have names", async () => {
    const dataset = await load({ features: images, labels: two }, { classes: ["cat", "dog", "eel"] });
    expect(dataset).toMatchObject({ shape: [2, 3, 1], task: { classes: ["cat", "dog", "eel"] } });
    expect(dataset.examples.features).toEqual(Uint8Array.from(images.values));
    expect(dataset.columns).toBeUndefined();
  });

  test("arrays of four dimensions are images of channels, of one a single feature", async () => {
    const deep = { ...images, shape: [2, 1, 2, 3] };
    expect((await load({ features: deep, labels: two })).shape).toEqual([1, 2, 3]);
    const flat = { type: "<f8", shape: [2], values: [0.5, 1e-3] } as const;
    expect((await load({ features: flat, labels: two })).shape).toEqual([1]);
  });

  test("labels of floats are values to predict, and so is what stands at `targets`", async () => {
    const values = { type: "<f8", shape: [4, 2], values: [1, 2, 3, 4, 5, 6, 7, 0.1] } as const;
    expect(await load({ features: table, labels: values })).toMatchObject({
      task: { kind: "regression", targetNames: ["target1", "target2"] },
      examples: { labels: Float32Array.from(values.values) },
    });
    const source = await sourceOf({ features: table, targets: classes });
    expect(source.taskKind).toBe("regression");
    expect((await source.load({})).task).toEqual({ kind: "regression", targetNames: ["target"] });
  });

  test("`task` makes whole floats classes", async () => {
    const labels = { type: "<f4", shape: [4, 1], values: [0, 1, 1, 0] } as const;
    const dataset = await load({ features: table, labels }, { task: "classification" });
    expect(dataset.examples.labels).toEqual(Uint8Array.of(0, 1, 1, 0));
  });

  test("NaN in a table is a missing value", async () => {
    const features = { ...table, values: [1, Number.NaN, 3, 4, 5, 6, 7, 8] };
    expect((await load({ features, labels: classes })).examples.features[1]).toBeNaN();
  });

  test("equal values have one content hash, whatever type they were stored as", async () => {
    const { contentHash } = await load({ features: table, labels: classes });
    const wider = await load({ features: { ...table, type: "<f8" }, labels: { ...classes, type: "|u1" } });
    expect(wider.contentHash).toBe(contentHash);
    const other = await load({ features: { ...table, shape: [4, 1, 2] }, labels: classes });
    expect(other.contentHash).not.toBe(contentHash);
  });

  test("the test split is counted by its header and read when it is opened", async () => {
    const testFeatures = { ...table, shape: [2, 2], values: [9, 8, 7, 6] };
    const { test: split } = await load({ features: table, labels: classes, testFeatures, testLabels: two });
    expect(split!.count).toBe(2);
    const { examples } = await openTestSplit(split!, { purpose: "a test", now: 0 });
    expect(examples).toMatchObject({ count: 2, features: Float32Array.of(9, 8, 7, 6) });
  });

  test("progress is told, and a signal ends the reading", async () => {
    const reports: ReadingProgress[] = [];
    await load({ features: table, labels: classes }, {}, { onReading: (report) => reports.push(report) });
    expect(reports).toContainEqual({ what: "reading features.npy", done: 32, total: 32 });
    const reading = load({ features: table, labels: classes }, {}, { signal: AbortSignal.abort() });
    await expect(reading).rejects.toThrow("aborted");
  });

  const float = (values: number[]) => ({ ...table, type: "<f8", values }) as const;
  test.each<[string, Arrays, object, RegExp]>([
    [
      "fewer labels than examples",
      { features: table, labels: two },
      {},
      /labels\.npy`: expected 4 labels, one for each example of `.*features\.npy`, got 2\.$/,
    ],
    [
      "a value beyond 32 bits",
      { features: float([1, 2, 3, 4, 5, 1e39, 7, 8]), labels: classes },
      {},
      /expected finite values that fit 32 bits, got 1e\+39 for example 2, value 1\.$/,
    ],
    [
      "an infinite value",
      { features: float([1, 2, 3, -Infinity, 5, 6, 7, 8]), labels: classes },
      {},
      /got -Infinity for example 1, value 1\.$/,
    ],
    [
      "NaN in an image",
      { features: { type: "<f4", shape: [2, 1, 2], values: [1, 2, Number.NaN, 4] }, labels: two },
      {},
      /got NaN for example 1, value 0\.$/,
    ],
    [
      "five dimensions",
      { features: { ...images, shape: [2, 1, 1, 2, 3] }, labels: two },
      {},
      /expected \[examples, features\], .* got 5 dimensions\.$/,
    ],
    [
      "no examples",
      { features: { ...table, shape: [0, 2], values: [] }, labels: two },
      {},
      /expected 0 labels|least one/,
    ],
    [
      "one class",
      { features: table, labels: { ...classes, values: [1, 1, 1, 1] } },
      {},
      /there must be two classes at least, got 1 alone\.$/,
    ],
    [
      "a negative class",
      { features: table, labels: { ...classes, values: [0, 1, -1, 1] } },
      {},
      /whole numbers from 0 to 255, got -1 for example 2\.$/,
    ],
    [
      "class 256",
      { features: table, labels: { ...classes, values: [0, 256, 1, 1] } },
      {},
      /got 256 for example 1\.$/,
    ],
    [
      "half a class",
      { features: table, labels: { ...table, shape: [4], values: [0, 1, 1, 0.5] } },
      { task: "classification" },
      /got 0\.5 for example 3\.$/,
    ],
    [
      "one-hot labels",
      { features: table, labels: { ...classes, shape: [4, 2], values: [0, 1, 1, 0, 1, 0, 0, 1] } },
      {},
      /expected classes as \[examples\], got 4 x 2\.$/,
    ],
    [
      "a class without a name",
      { features: table, labels: classes },
      { classes: ["a", "b"] },
      /expected classes from 0 to 1, got 2 for example 2\.$/,
    ],
    [
      "a target that is NaN",
      { features: table, targets: { ...table, shape: [4], values: [1, 2, Number.NaN, 4] } },
      {},
      /expected finite values that fit 32 bits, got NaN for example 2\.$/,
    ],
    [
      "targets of three dimensions",
      { features: table, targets: { ...table, shape: [4, 2, 1] } },
      {},
      /expected values to predict as .* got 4 x 2 x 1\.$/,
    ],
  ])("%s is refused", async (_, arrays, settings, message) => {
    await expect(load(arrays, settings)).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\.$/),
    });
  });

  test("names of classes for values to predict are refused", async () => {
    const labels = { ...table, shape: [4], values: [1, 2, 3, 4] };
    await expect(load({ features: table, labels }, { classes: ["a", "b"] })).rejects.toMatchObject({
      code: "INVALID_DOCUMENT",
      message: expect.stringContaining("`classes` goes with classification, got labels of type f4"),
    });
  });

  test.each<[string, Arrays, RegExp]>([
    [
      "of another width",
      { testFeatures: { ...table, shape: [2, 4] } },
      /examples of 2 as in training, got 4\.$/,
    ],
    [
      "of another type",
      { testFeatures: { type: "|u1", shape: [2, 2], values: [1, 2, 3, 4] } },
      /expected floats as in training, got bytes\.$/,
    ],
    [
      "with a new class",
      {
        testFeatures: { ...table, shape: [2, 2], values: [1, 2, 3, 4] },
        testLabels: { ...two, values: [0, 7] },
      },
      /expected classes from 0 to 2, got 7 for example 1\.$/,
    ],
  ])("a test split %s is refused when it is opened", async (_, arrays, message) => {
    const dataset = await load({ features: table, labels: classes, testLabels: two, ...arrays });
    const opening = openTestSplit(dataset.test!, { purpose: "a test", now: 0 });
    await expect(opening).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(message),
    });
  });

  test.each([
    [{ features: "a.npy" }, /one of `labels` and `targets`/],
    [{ features: "a.npy", labels: "b.npy", targets: "c.npy" }, /one of `labels` and `targets`/],
    [{ features: "a.npy", targets: "c.npy", task: "classification" }, /`labels` for classification/],
    [{ features: "a.npy", labels: "b.npy", testLabels: "c.npy" }, /both of `testFeatures` and `testLabels`/],
  ])("the document %j is refused", (settings, message) => {
    const { error } = npy.schema.safeParse({ kind: "npy", ...settings });
    expect(error!.issues[0]!.message).toMatch(message);
  });

  test("a file that is not there is named", async () => {
    const source = npy.source(
      npy.schema.parse({ kind: "npy", features: join(folder, "no.npy"), labels: "x" }),
    );
    await expect(source.load({})).rejects.toMatchObject({
      code: "DATA_NOT_FOUND",
      message: expect.stringContaining(join(folder, "no.npy")),
    });
    expect((await source.locate({})).isAtHand).toBe(false);
  });
});

describe("npz", () => {
  const four = {
    x_train: table,
    y_train: classes,
    x_test: { ...table, shape: [2, 2], values: [9, 8, 7, 6] },
    y_test: two,
  };

  test("the usual names are found, and the test split is locked", async () => {
    const dataset = await (await archiveOf(four)).load({});
    expect(dataset).toMatchObject({ name: "arrays.npz", shape: [2], examples: { count: 4 } });
    expect(dataset.test!.count).toBeNull();
    const { examples } = await openTestSplit(dataset.test!, { purpose: "a test", now: 0 });
    expect(examples).toMatchObject({ count: 2, labels: Uint8Array.of(1, 0) });
  });

  test("other names are given, and without test arrays there is no test split", async () => {
    const source = await archiveOf({ data: table, target: classes }, { features: "data", labels: "target" });
    expect(await source.load({})).toMatchObject({ examples: { count: 4 }, test: null });
  });

  test.each<[string, Arrays, object, RegExp]>([
    [
      "no usual name",
      { data: table, y_train: classes },
      {},
      /`features` must name one of its arrays, got `x_train`; /,
    ],
    ["a slip", four, { labels: "y_trian" }, /`labels` must .* got `y_trian`; did you mean `y_train`\?$/],
    ["test features alone", { ...four, y_test: undefined! }, {}, /`testLabels` must .* got `y_test`/],
  ])("%s is refused with the names there are", async (_, arrays, settings, message) => {
    const present = Object.fromEntries(Object.entries(arrays).filter(([, array]) => array !== undefined));
    await expect((await archiveOf(present, settings)).load({})).rejects.toMatchObject({
      code: "INVALID_DOCUMENT",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/^The arrays are `.*`y_train`/),
    });
  });

  test("errors name the array within the file", async () => {
    const source = await archiveOf({ x_train: table, y_train: { ...classes, values: [0, 1, 2, 999] } });
    await expect(source.load({})).rejects.toMatchObject({
      message: expect.stringContaining("arrays.npz: y_train`: expected classes as whole numbers"),
    });
  });
});
