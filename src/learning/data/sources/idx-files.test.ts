import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { type FileServer, startFileServer } from "../../../testing/file-server.ts";
import { gzipped, idxFixture, idxImagesFixture, sha256Of } from "../../../testing/idx-fixture.ts";
import { openTestSplit } from "../open-test-split.ts";
import { idxFilesSource } from "./idx-files.ts";
import type { IdxFile } from "./idx-pair.ts";

const names = ["train-images", "train-labels", "t10k-images", "t10k-labels"] as const;
type Files = Record<(typeof names)[number], Uint8Array>;

const train = idxImagesFixture(20, 4);
const hidden = idxImagesFixture(6, 4);
const right: Files = {
  "train-images": train.images,
  "train-labels": train.labels,
  "t10k-images": hidden.images,
  "t10k-labels": hidden.labels,
};

let server: FileServer;
/** What the server hands out under `/mirror/NAME.gz` and, unless `isOfficialDown`, under `/official/NAME.gz`. */
let served: Partial<Record<string, Uint8Array>>;
let isOfficialDown: boolean;
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "tunesmith-idx-files-"));
  served = Object.fromEntries(names.map((name) => [`${name}.gz`, gzipped(right[name])]));
  isOfficialDown = false;
  server = await startFileServer((path, response) => {
    const [, folder, name] = path.split("/");
    const bytes = folder === "official" && isOfficialDown ? undefined : served[name!];
    if (bytes === undefined) response.writeHead(503).end();
    else response.end(bytes);
  });
});

afterEach(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

/** A small data set whose files are these, with sums of what they really hold. */
function sourceOf(files: Files = right, images?: IdxFile) {
  const file = (name: keyof Files): IdxFile => ({ name, sha256: sha256Of(files[name]) });
  return idxFilesSource({
    name: "small",
    title: "Small",
    origin: { address: null, licence: "MIT" },
    classes: ["a", "b", "c", "d"],
    imageSize: [2, 3],
    files: { addresses: [`${server.address}official/`, `${server.address}mirror/`] },
    examples: { count: 20, images: images ?? file("train-images"), labels: file("train-labels") },
    test: { count: 6, images: file("t10k-images"), labels: file("t10k-labels") },
  });
}

const options = () => ({ dataDir: join(root, "data"), cacheDir: join(root, "cache") });

async function put(
  files: Partial<Record<string, Uint8Array>>,
  folder = join(root, "data", "small"),
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes!);
}

const cached = () => readdir(join(root, "cache"), { recursive: true });

describe("files at hand", () => {
  test("plain and compressed files are read, from the user's folder before the cache", async () => {
    await put({ "train-images": right["train-images"], "train-labels.gz": gzipped(right["train-labels"]) });
    await put({ "train-images.gz": Uint8Array.of(1) }, join(root, "cache", "small"));
    const { examples, contentHash } = await sourceOf().load(options());
    expect(examples).toMatchObject({ count: 20, shape: [2, 3, 1] });
    expect(Buffer.from(examples.features)).toEqual(Buffer.from(right["train-images"].subarray(16)));
    expect(Buffer.from(examples.labels)).toEqual(Buffer.from(right["train-labels"].subarray(8)));
    expect(contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(server.requests).toEqual([]);
  });

  test("the content hash does not depend on where the bytes lay or how they were packed", async () => {
    await put({ "train-images": right["train-images"], "train-labels": right["train-labels"] });
    const plain = await sourceOf().load(options());
    const fetched = await sourceOf().load({ ...options(), dataDir: undefined });
    expect(plain.contentHash).toBe(fetched.contentHash);
  });

  test("a checksum that does not match is named with the one expected, on every load", async () => {
    await put({ "train-images": right["train-images"], "train-labels": right["train-labels"] });
    await sourceOf().load(options());
    const damaged = Uint8Array.from(right["train-images"]);
    damaged[50]! ^= 1;
    await put({ "train-images": damaged });
    await expect(sourceOf().load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringContaining(join(root, "data", "small", "train-images")),
      hint: "Delete the file and fetch it again.",
      facts: {
        expected: `SHA-256 ${sha256Of(right["train-images"])} (uncompressed)`,
        received: sha256Of(damaged),
      },
    });
  });

  test("where the sum of the published file is known, that of a compressed one is checked, and a plain one's form", async () => {
    const compressed = gzipped(right["train-images"]);
    const source = (gzipSha256: string) =>
      sourceOf(right, { name: "train-images", gzipSha256 }).load(options());
    await put({ "train-images.gz": compressed, "train-labels": right["train-labels"] });
    expect((await source(sha256Of(compressed))).examples.count).toBe(20);
    const other = sha256Of(Uint8Array.of(1));
    await expect(source(other)).rejects.toMatchObject({
      code: "INVALID_DATA",
      facts: { expected: `SHA-256 ${other} (compressed)`, received: sha256Of(compressed) },
    });
    await rm(join(root, "data", "small", "train-images.gz"));
    await put({ "train-images": right["train-images"] });
    expect((await source(other)).examples.count).toBe(20);
  });

  test("a label outside the classes is named with its index", async () => {
    const labels = Array.from({ length: 20 }, (_, index) => (index === 13 ? 4 : 0));
    const files = { ...right, "train-labels": idxFixture({ dimensions: [20], values: labels }) };
    await put(files);
    await expect(sourceOf(files).load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(/train-labels`: expected labels from 0 to 3, got 4 at index 13\./),
    });
  });

  test("a different number of images and labels is refused", async () => {
    const files = { ...right, "train-labels": idxFixture({ dimensions: [19], values: new Uint8Array(19) }) };
    await put(files);
    await expect(sourceOf(files).load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(/expected 20 labels, one per image of .*train-images`, got 19\./),
    });
  });

  test("images of another size are refused", async () => {
    const files = {
      ...right,
      "train-images": idxFixture({ dimensions: [20, 3, 2], values: new Uint8Array(120) }),
    };
    await put(files);
    await expect(sourceOf(files).load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(/expected images of 2 x 3, got images of 3 x 2\./),
    });
  });
});

describe("the test split", () => {
  test("its files are not looked at before it is opened", async () => {
    await put({ "train-images": right["train-images"], "train-labels": right["train-labels"] });
    await put({ "t10k-images": Uint8Array.of(1, 2, 3), "t10k-labels": right["t10k-labels"] });
    const dataset = await sourceOf().load(options());
    expect(dataset.test?.count).toBe(6);
    await expect(openTestSplit(dataset.test!, { purpose: "p", now: 0 })).rejects.toMatchObject({
      code: "INVALID_DATA",
    });
    await put({ "t10k-images": right["t10k-images"] });
    const { examples, opening } = await openTestSplit(dataset.test!, { purpose: "p", now: 5 });
    expect(examples.count).toBe(6);
    expect(Buffer.from(examples.labels)).toEqual(Buffer.from(right["t10k-labels"].subarray(8)));
    expect(opening).toMatchObject({ openedAt: 5, ordinal: 1 });
    expect(opening.contentHash).not.toBe(dataset.contentHash);
  });

  test("its files are fetched when it is opened, even when the signal of the load has fired since", async () => {
    const controller = new AbortController();
    const dataset = await sourceOf().load({ ...options(), signal: controller.signal });
    expect(server.requests).toEqual(["/official/train-images.gz", "/official/train-labels.gz"]);
    controller.abort();
    const { examples } = await openTestSplit(dataset.test!, { purpose: "p", now: 0 });
    expect(examples.count).toBe(6);
    expect(server.requests).toHaveLength(4);
  });
});

describe("files to fetch", () => {
  test("they are fetched into the cache, with progress, and never again", async () => {
    const fetched = new Set<string>();
    await sourceOf().load({ ...options(), onProgress: ({ file }) => fetched.add(file) });
    expect([...fetched]).toEqual(["train-images.gz", "train-labels.gz"]);
    expect((await cached()).sort()).toEqual(["small", "small/train-images.gz", "small/train-labels.gz"]);
    await sourceOf().load(options());
    expect(server.requests).toHaveLength(2);
    await expect(readdir(join(root, "data"))).rejects.toThrow("ENOENT");
  });

  test("only what is missing is fetched", async () => {
    await put({ "train-images": right["train-images"] });
    await sourceOf().load(options());
    expect(server.requests).toEqual(["/official/train-labels.gz"]);
  });

  test("the mirror is asked when the official address fails", async () => {
    isOfficialDown = true;
    const { examples } = await sourceOf().load(options());
    expect(examples.count).toBe(20);
    expect(server.requests).toContain("/mirror/train-images.gz");
  });

  test("a wrong file from everywhere is refused with both sums, and nothing stays in the cache", async () => {
    const other = Uint8Array.from(right["train-images"]);
    other[40]! ^= 1;
    served["train-images.gz"] = gzipped(other);
    await expect(sourceOf().load(options())).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringContaining(`${server.address}official/train-images.gz`),
      hint: expect.stringContaining(join(root, "data", "small")),
      facts: {
        expected: expect.stringContaining(sha256Of(right["train-images"])),
        received: sha256Of(other),
      },
    });
    expect(await cached()).toEqual([]);
  });

  test.each([
    ["a page in place of the file", Buffer.from("<html>log in</html>")],
    ["half of the file", gzipped(right["train-images"]).subarray(0, 40)],
  ])("%s is refused and nothing stays in the cache", async (_, bytes) => {
    served["train-images.gz"] = bytes;
    await expect(sourceOf().load(options())).rejects.toMatchObject({ code: "INVALID_DATA" });
    expect(await cached()).toEqual([]);
  });

  test("without a network, it says what to fetch and where to put it", async () => {
    const { address } = server;
    const offline: typeof fetch = () =>
      Promise.reject(new TypeError("fetch failed", { cause: new Error("ENOTFOUND") }));
    const error: unknown = await sourceOf()
      .load({ ...options(), fetch: offline })
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "DATA_NOT_FOUND", exitStatus: 3, isRetryable: true });
    const { message, hint } = error as { message: string; hint: string };
    expect(message).toMatch(
      /`train-images.gz` and `train-labels.gz` are not at hand and cannot be fetched: .*ENOTFOUND/,
    );
    expect(hint).toBe(
      `Fetch ${address}official/train-images.gz and ${address}official/train-labels.gz elsewhere and put them into \`${join(root, "data", "small")}\`.`,
    );
    expect(server.requests).toEqual([]);
  });

  test("an abort ends the load with its reason", async () => {
    const controller = new AbortController();
    const load = sourceOf().load({
      ...options(),
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("interrupted")),
    });
    await expect(load).rejects.toThrow("interrupted");
    expect(await cached()).toEqual([]);
  });
});

describe("locate", () => {
  test("names each file, where it is or would be, and where it comes from", async () => {
    await put({ "train-images": right["train-images"], "train-labels": right["train-labels"] });
    const { kind, isAtHand, files } = await sourceOf().locate(options());
    expect({ kind, isAtHand }).toEqual({ kind: "files", isAtHand: true });
    expect(files.map((file) => file.isAtHand)).toEqual([true, true, false, false]);
    expect(files[0]!.path).toBe(join(root, "data", "small", "train-images"));
    expect(files[2]).toEqual({
      path: join(root, "cache", "small", "t10k-images.gz"),
      isAtHand: false,
      address: `${server.address}official/t10k-images.gz`,
    });
  });

  test("says that missing examples are to be fetched, and fetches nothing", async () => {
    await put({ "train-images": right["train-images"] });
    expect(await sourceOf().locate(options())).toMatchObject({ kind: "download", isAtHand: false });
    expect(server.requests).toEqual([]);
  });
});

describe("contract", () => {
  beforeEach(() => put({ "train-images": right["train-images"], "train-labels": right["train-labels"] }));
  datasetSourceContract({ create: () => sourceOf(), options });
});
