import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { gzipped, idxFixture, idxImagesFixture } from "../../../testing/idx-fixture.ts";
import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { dataSchema } from "../document.ts";
import { openTestSplit } from "../open-test-split.ts";
import { datasetSource, type DatasetReference } from "./registry.ts";

type IdxReference = Extract<DatasetReference, { kind: "idx" }>;

/** Files of images of 2 x 3 pixels in three classes. */
function fixture(files: Record<string, Uint8Array> = {}): (more?: Partial<IdxReference>) => IdxReference {
  const folder = temporaryFolder();
  const train = idxImagesFixture(20, 3);
  const hidden = idxImagesFixture(6, 3);
  const all = {
    images: train.images,
    labels: train.labels,
    testImages: gzipped(hidden.images),
    testLabels: gzipped(hidden.labels),
    ...files,
  };
  for (const [name, bytes] of Object.entries(all)) writeFileSync(join(folder, name), bytes);
  return (more = {}) => ({
    kind: "idx",
    images: join(folder, "images"),
    labels: join(folder, "labels"),
    testImages: join(folder, "testImages"),
    testLabels: join(folder, "testLabels"),
    ...more,
  });
}

const load = (reference: IdxReference) => datasetSource(reference)!.load({});

describe("contract", () => {
  const reference: { current?: IdxReference } = {};
  datasetSourceContract({
    create: () => datasetSource((reference.current = fixture()()))!,
    options: () => ({}),
  });
});

test("classes are numbered as they occur, or named by the document", async () => {
  const reference = fixture();
  expect((await load(reference())).task).toEqual({ kind: "classification", classes: ["0", "1", "2"] });
  const classes = ["cat", "dog", "fox", "hen"];
  expect((await load(reference({ classes }))).task).toEqual({ kind: "classification", classes });
});

test("images may have channels", async () => {
  const images = idxFixture({ dimensions: [20, 2, 3, 2], values: Array.from({ length: 240 }, (_, i) => i) });
  const { examples } = await load(fixture({ images })());
  expect(examples).toMatchObject({ count: 20, shape: [2, 3, 2] });
});

test("the test split is locked: nothing but the header of its labels is read before it is opened", async () => {
  const dataset = await load(fixture()());
  expect(dataset.test!.count).toBe(6);
  const { examples } = await openTestSplit(dataset.test!, { purpose: "test", now: 0 });
  expect(examples).toMatchObject({ count: 6, shape: [2, 3, 1] });
  const cut = gzipped(idxImagesFixture(6, 3).images).subarray(0, 20);
  const other = await load(fixture({ testImages: cut })());
  await expect(openTestSplit(other.test!, { purpose: "test", now: 0 })).rejects.toMatchObject({
    code: "INVALID_DATA",
  });
  const { testImages: _, testLabels: __, ...alone } = fixture()();
  expect((await load(alone)).test).toBeNull();
});

test("one of the test files without the other is refused", () => {
  const { testLabels: _, ...halved } = fixture()();
  const parsed = dataSchema.safeParse({ dataset: halved });
  expect(JSON.stringify(parsed.error?.issues)).toMatch(/both of `testImages` and `testLabels`, or neither/);
});

test.each<[string, Record<string, Uint8Array>, RegExp]>([
  [
    "another number of labels",
    { labels: idxImagesFixture(19, 3).labels },
    /labels`: expected 20 labels, one per image of .*images`, got 19\./,
  ],
  [
    "one class only",
    { labels: idxFixture({ dimensions: [20], values: new Uint8Array(20) }) },
    /expected labels of at least two classes, got one class only/,
  ],
  [
    "images of no pixels",
    { images: idxFixture({ dimensions: [20, 0, 3], values: [] }) },
    /expected at least one image of one pixel, got 20 x 0 x 3/,
  ],
  [
    "values of another type",
    { images: idxFixture({ dimensions: [1, 1, 1], values: [0, 0, 0, 0], type: 0x0d }) },
    /bytes 00 00 08 03 or 00 00 08 04 \(IDX, unsigned bytes, 3 or 4 dimensions\), got 00 00 0d 03/,
  ],
  [
    "a header that claims more than the file can hold",
    { images: idxFixture({ dimensions: [20, 60_000, 60_000], values: [1] }) },
    /expected at most 17 bytes, got a header that claims 20 x 60000 x 60000 values/,
  ],
])("%s is refused", async (_, files, message) => {
  await expect(load(fixture(files)())).rejects.toMatchObject({
    code: "INVALID_DATA",
    message: expect.stringMatching(message),
  });
});

test("a label beyond the named classes is named with its index", async () => {
  await expect(load(fixture()({ classes: ["cat", "dog"] }))).rejects.toMatchObject({
    message: expect.stringMatching(/labels`: expected labels from 0 to 1, got 2 at index 2\./),
  });
});

test("test images of another size or a new class are refused when the split is opened", async () => {
  const opening = async (files: Record<string, Uint8Array>) => {
    const dataset = await load(fixture(files)());
    return openTestSplit(dataset.test!, { purpose: "test", now: 0 });
  };
  const wide = idxFixture({ dimensions: [6, 3, 2], values: new Uint8Array(36) });
  await expect(opening({ testImages: wide })).rejects.toMatchObject({
    message: expect.stringMatching(/testImages`: expected images of 2 x 3 x 1, got 3 x 2 x 1\./),
  });
  await expect(opening({ testLabels: idxImagesFixture(6, 5).labels })).rejects.toMatchObject({
    message: expect.stringMatching(/testLabels`: expected labels from 0 to 2, got 3 at index 3\./),
  });
});

test("a file that is not there is named, and looked for in the data folder", async () => {
  const reference = fixture()();
  await expect(load({ ...reference, labels: "/nowhere/labels" })).rejects.toMatchObject({
    code: "DATA_NOT_FOUND",
    message: expect.stringMatching(/the file `\/nowhere\/labels` must exist, got none there/),
  });
  const moved: IdxReference = { ...reference, labels: "/nowhere/labels" };
  const dataDir = dirname(reference.images);
  expect((await datasetSource(moved)!.load({ dataDir })).examples.count).toBe(20);
});
