import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { type FileServer, startFileServer } from "../../../testing/file-server.ts";
import { gzipped, idxFixture, sha256Of } from "../../../testing/idx-fixture.ts";
import { openTestSplit } from "../open-test-split.ts";
import { idxFilesSource } from "./idx-files.ts";

/** Images of 2 x 2 pixels, and labels from 1 on, as the letters of EMNIST have them. */
function pairOf(count: number, salt: number) {
  const pixels = Array.from({ length: 4 * count }, (_, i) => (i * 31 + salt) % 256);
  const labels = Array.from({ length: count }, (_, i) => 1 + (i % 3));
  return {
    images: idxFixture({ dimensions: [count, 2, 2], values: pixels }),
    labels: idxFixture({ dimensions: [count], values: labels }),
    pixels,
  };
}

const train = pairOf(9, 0);
const hidden = pairOf(4, 100);
const files: Readonly<Record<string, Uint8Array>> = {
  "set-train-images": train.images,
  "set-train-labels": train.labels,
  "set-test-images": hidden.images,
  "set-test-labels": hidden.labels,
};
const names = Object.keys(files);
const zipOf = (members: Readonly<Record<string, Uint8Array>>) =>
  zipSync(
    Object.fromEntries(Object.entries(members).map(([name, bytes]) => [`gzip/${name}.gz`, gzipped(bytes)])),
  );
const zip = zipOf({ ...files, "other-train-images": new Uint8Array(500) });

let server: FileServer;
let served: Uint8Array;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tunesmith-archive-"));
  served = zip;
  server = await startFileServer((_, response) => response.end(served));
});

afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

function sourceOf(bytes: Uint8Array = zip) {
  const pair = (split: string, count: number) => ({
    count,
    images: { name: `set-${split}-images` },
    labels: { name: `set-${split}-labels` },
  });
  return idxFilesSource({
    name: "small-set",
    title: "Small",
    origin: { address: null, licence: "MIT" },
    classes: ["a", "b", "c"],
    imageSize: [2, 2],
    firstLabel: 1,
    isTransposed: true,
    files: {
      dataset: "shared",
      archive: {
        name: "all.zip",
        address: `${server.address}all.zip`,
        sizeBytes: bytes.length,
        sha256: sha256Of(bytes),
        prefix: "gzip/",
      },
    },
    examples: pair("train", 9),
    test: pair("test", 4),
  });
}

const options = () => ({ dataDir: join(root, "data"), cacheDir: join(root, "cache") });
const cached = async () => (await readdir(join(root, "cache"), { recursive: true })).toSorted();

async function put(members: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(join(root, "data", "shared"), { recursive: true });
  for (const [name, bytes] of Object.entries(members))
    await writeFile(join(root, "data", "shared", name), bytes);
}

const inCache = ["shared", ...names.map((name) => `shared/${name}.gz`).toSorted()];

describe("images and labels", () => {
  test("images are turned upright and labels counted from 0", async () => {
    const { examples } = await sourceOf().load(options());
    expect(examples).toMatchObject({ count: 9, shape: [2, 2, 1] });
    const [a, b, c, d] = train.pixels;
    expect([...examples.features.subarray(0, 4)]).toEqual([a, c, b, d]);
    expect([...examples.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  test.each([
    [
      "set-train-labels",
      idxFixture({ dimensions: [9], values: [1, 2, 3, 0, 1, 2, 3, 1, 2] }),
      /labels from 1 to 3, got 0 at index 3/,
    ],
    ["set-train-images", pairOf(8, 0).images, /8 labels, one per image/],
  ])("a wrong %s is refused", async (name, bytes, message) => {
    await put(Object.fromEntries(Object.entries({ ...files, [name]: bytes })));
    await expect(sourceOf().load(options())).rejects.toThrow(message);
  });

  test("another number of examples is refused", async () => {
    const other = pairOf(8, 0);
    await put({ ...files, "set-train-images": other.images, "set-train-labels": other.labels });
    await expect(sourceOf().load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(/expected 9 images, got 8\./),
    });
  });
});

describe("the archive", () => {
  test("is fetched once; the four files are taken out of it and nothing else", async () => {
    const dataset = await sourceOf().load(options());
    expect(await cached()).toEqual([inCache[0], "shared/all.zip", ...inCache.slice(1)]);
    const { examples } = await openTestSplit(dataset.test!, { purpose: "p", now: 0 });
    expect(examples.count).toBe(4);
    await sourceOf().load(options());
    expect(server.requests).toEqual(["/all.zip"]);
  });

  test("is read from the user's folder, which is never written to", async () => {
    await put({ "all.zip": zip });
    expect(await sourceOf().locate(options())).toMatchObject({ kind: "files", isAtHand: true });
    await sourceOf().load(options());
    expect(await cached()).toEqual(inCache);
    expect(await readdir(join(root, "data", "shared"))).toEqual(["all.zip"]);
    expect(server.requests).toEqual([]);
  });

  test("is not needed when its files are at hand, compressed or plain", async () => {
    await put({
      "set-train-images.gz": gzipped(train.images),
      "set-train-labels": train.labels,
      "set-test-images": hidden.images,
      "set-test-labels.gz": gzipped(hidden.labels),
    });
    const dataset = await sourceOf().load(options());
    expect((await openTestSplit(dataset.test!, { purpose: "p", now: 0 })).examples.count).toBe(4);
    expect(server.requests).toEqual([]);
  });

  test("another archive is refused, wherever it lies, and nothing is taken out of it", async () => {
    const other = zipOf({ ...files, more: new Uint8Array(9) });
    await put({ "all.zip": other });
    await expect(sourceOf().load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringContaining(`expected SHA-256 ${sha256Of(zip)}, got ${sha256Of(other)}`),
    });
    await rm(join(root, "data"), { recursive: true });
    served = Uint8Array.from(zip);
    served[60]! ^= 1;
    await expect(sourceOf().load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringContaining(`download of ${server.address}all.zip`),
      hint: expect.stringContaining(join(root, "data", "shared")),
    });
    await expect(readdir(join(root, "cache", "shared"))).rejects.toThrow("ENOENT");
  });

  test("without one of its files it is refused, and nothing half-made stays", async () => {
    const { "set-test-labels": _, ...others } = files;
    const bytes = zipOf(others);
    await put({ "all.zip": bytes });
    await expect(sourceOf(bytes).load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringContaining("a file `gzip/set-test-labels.gz` in it, got 3 others"),
    });
    expect((await cached()).filter((name) => name.includes(".extract"))).toEqual([]);
  });

  test("without a network, it says what to fetch and where to put it", async () => {
    const offline: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
    await expect(sourceOf().load({ ...options(), fetch: offline })).rejects.toMatchObject({
      code: "DATA_NOT_FOUND",
      message: expect.stringContaining("`all.zip` is not at hand"),
      hint: `Fetch ${server.address}all.zip elsewhere and put it into \`${join(root, "data", "shared")}\`.`,
      isRetryable: true,
    });
    const { kind, files: located } = await sourceOf().locate(options());
    expect(kind).toBe("download");
    expect(located[0]).toMatchObject({ address: `${server.address}all.zip`, isAtHand: false });
  });
});

describe("contract", () => {
  beforeEach(() => put({ "all.zip": zip }));
  datasetSourceContract({ create: () => sourceOf(), options });
});
