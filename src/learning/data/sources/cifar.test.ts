import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { openTestSplit } from "../open-test-split.ts";
import { cifar100Classes, cifar100Superclasses, cifar10Classes } from "./cifar-classes.ts";
import { cifarFilesSource, type CifarDescription } from "./cifar-files.ts";
import { datasetSource } from "./registry.ts";

/** The form of CIFAR-100 with a few records to a file. */
const small = (labelByte: 0 | 1): CifarDescription => ({
  name: "small",
  title: "Small",
  origin: { address: null, licence: "MIT" },
  classes: labelByte === 1 ? ["a", "b", "c", "d", "e"] : ["x", "y"],
  labelBytes: 2,
  labelByte,
  archive: { address: "https://example.org/small.tar.gz", folder: "small-bin" },
  examples: [
    { name: "one.bin", count: 3 },
    { name: "two.bin", count: 2 },
  ],
  test: [{ name: "test.bin", count: 2 }],
});

/** Record `index` has coarse label index % 2, fine label index % 5, and pixel p of plane c is index + 7 * c + p. */
function records(first: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * 3074);
  for (let record = 0; record < count; record++) {
    const index = first + record;
    bytes[record * 3074] = index % 2;
    bytes[record * 3074 + 1] = index % 5;
    for (let plane = 0; plane < 3; plane++) {
      for (let pixel = 0; pixel < 1024; pixel++)
        bytes[record * 3074 + 2 + plane * 1024 + pixel] = index + 7 * plane + pixel;
    }
  }
  return bytes;
}

function filled(inner = ""): { dataDir: string } {
  const dataDir = temporaryFolder();
  const folder = join(dataDir, "small", inner);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "one.bin"), records(0, 3));
  writeFileSync(join(folder, "two.bin"), records(3, 2));
  writeFileSync(join(folder, "test.bin"), records(5, 2));
  return { dataDir };
}

describe("contract", () => {
  datasetSourceContract({ create: () => cifarFilesSource(small(1)), options: () => filled("small-bin") });
});

test.each([
  [1, [0, 1, 2, 3, 4]],
  [0, [0, 1, 0, 1, 0]],
] as const)(
  "files are one after the other, planes beside each other, and byte %i is the label",
  async (byte, labels) => {
    const { examples } = await cifarFilesSource(small(byte)).load(filled());
    expect(examples).toMatchObject({ count: 5, shape: [32, 32, 3] });
    expect([...examples.labels]).toEqual(labels);
    for (const [index, pixel, channel] of [
      [0, 0, 0],
      [1, 5, 2],
      [4, 1023, 1],
    ] as const) {
      expect(examples.features[index * 3072 + pixel * 3 + channel]).toBe((index + 7 * channel + pixel) % 256);
    }
  },
);

test("the test split is read when it is opened", async () => {
  const options = filled();
  const dataset = await cifarFilesSource(small(1)).load(options);
  writeFileSync(join(options.dataDir, "small", "test.bin"), records(8, 2));
  const { examples } = await openTestSplit(dataset.test!, { purpose: "test", now: 0 });
  expect([...examples.labels]).toEqual([3, 4]);
});

test("files that are not there are named, with what to fetch and where to put it", async () => {
  const dataDir = temporaryFolder();
  await expect(datasetSource("cifar-10")!.load({ dataDir })).rejects.toMatchObject({
    code: "DATA_NOT_FOUND",
    message: expect.stringMatching(/`data_batch_1.bin`, .*`data_batch_5.bin` must be in `.*cifar-10`/),
    hint: expect.stringMatching(
      /Fetch https:.*cifar-10-binary.tar.gz, unpack .* put its folder `cifar-10-batches-bin` into `.*cifar-10`/,
    ),
  });
  const location = await datasetSource("cifar-10")!.locate({ dataDir });
  expect(location).toMatchObject({ kind: "files", isAtHand: false });
  expect(location.files).toHaveLength(6);
});

test("a file of another length is refused with both lengths", async () => {
  const options = filled();
  writeFileSync(join(options.dataDir, "small", "two.bin"), records(3, 2).subarray(1));
  await expect(cifarFilesSource(small(1)).load(options)).rejects.toMatchObject({
    code: "INVALID_DATA",
    message: expect.stringMatching(/two.bin`: expected 2 records of 3074 bytes, 6148 in all, got 6147\./),
  });
});

test("a label beyond the classes is named with its record", async () => {
  const options = filled();
  const wrong = records(0, 3);
  wrong[2 * 3074 + 1] = 5;
  writeFileSync(join(options.dataDir, "small", "one.bin"), wrong);
  await expect(cifarFilesSource(small(1)).load(options)).rejects.toMatchObject({
    message: expect.stringMatching(/one.bin`: expected labels from 0 to 4, got 5 in record 2\./),
  });
});

test("the published sets have their published numbers of classes and examples", () => {
  expect([cifar10Classes.length, cifar100Classes.length, cifar100Superclasses.length]).toEqual([10, 100, 20]);
  expect(cifar100Classes).toEqual([...new Set(cifar100Classes)].toSorted());
  expect(datasetSource("cifar-10")!.facts).toMatchObject({ exampleCount: 50_000, testCount: 10_000 });
  const coarse = datasetSource({ kind: "cifar-100", labels: "coarse" })!;
  expect(coarse.facts).toMatchObject({ exampleCount: 50_000, testCount: 10_000 });
  expect(coarse.facts!.task).toMatchObject({ classes: cifar100Superclasses });
});
