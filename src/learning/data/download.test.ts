import type { ServerResponse } from "node:http";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { type FileServer, startFileServer } from "../../testing/file-server.ts";
import { download, type DownloadOptions, type DownloadProgress } from "./download.ts";

const content = Buffer.alloc(300_000, "tunesmith ");

/** What the server does with each path. */
const answers: Record<string, (response: ServerResponse) => void> = {
  "/right": (response) => void response.setHeader("content-length", content.length).end(content),
  "/unsized": (response) => {
    response.write(content.subarray(0, 1000));
    response.end(content.subarray(1000));
  },
  "/wrong": (response) => void response.end("<html>please log in</html>"),
  "/missing": (response) => void response.writeHead(404).end("nothing here"),
  "/cut": (response) => {
    response.setHeader("content-length", content.length);
    response.write(content.subarray(0, 1000), () => response.destroy());
  },
  "/moved": (response) => void response.writeHead(302, { location: "/right" }).end(),
  "/silent": () => {},
  "/stalled": (response) => {
    response.setHeader("content-length", content.length);
    response.write(content.subarray(0, 1000));
  },
};

let server: FileServer;
let folder: string;

beforeEach(async () => {
  server = await startFileServer((path, response) => answers[path]!(response));
  folder = await mkdtemp(join(tmpdir(), "tunesmith-download-"));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function check(path: string): Promise<void> {
  if (!content.equals(await readFile(path))) throw new Error("not the right file");
}

const fetchFrom = (names: readonly string[], options: Partial<DownloadOptions> = {}) =>
  download({
    addresses: names.map((name) => `${server.address}${name}`),
    path: join(folder, "deep", "er", "file.gz"),
    largestSizeBytes: 1_000_000,
    check,
    ...options,
  });

const files = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

async function expectInPlace(): Promise<void> {
  await check(join(folder, "deep", "er", "file.gz"));
  expect(await readdir(join(folder, "deep", "er"))).toEqual(["file.gz"]);
}

test.each(["right", "unsized", "moved"])(
  "a file that comes %s is put in place, and nothing else is left",
  async (name) => {
    expect(await fetchFrom([name])).toEqual([]);
    await expectInPlace();
  },
);

test("progress grows to the whole size, which is null when the server does not say", async () => {
  const progress: DownloadProgress[] = [];
  await fetchFrom(["right"], { onProgress: (step) => progress.push(step) });
  expect(progress.at(-1)).toEqual({
    file: "file.gz",
    address: `${server.address}right`,
    receivedBytes: content.length,
    totalBytes: content.length,
  });
  const received = progress.map((step) => step.receivedBytes);
  expect(received).toEqual(received.toSorted((a, b) => a - b));
  await fetchFrom(["unsized"], { onProgress: (step) => progress.push(step) });
  expect(progress.at(-1)).toMatchObject({ receivedBytes: content.length, totalBytes: null });
});

test.each([
  ["wrong", /not the right file/],
  ["missing", /the server answered 404 Not Found/],
  ["cut", /./],
])("after a %s answer the mirror is asked", async (name) => {
  expect(await fetchFrom([name, "right"])).toEqual([]);
  expect(server.requests).toEqual([`/${name}`, "/right"]);
  await expectInPlace();
});

test.each([
  ["wrong", /^not the right file$/],
  ["missing", /^the server answered 404 Not Found$/],
  ["cut", /./],
])("a %s answer without a mirror is told and leaves no file", async (name, reason) => {
  expect(await fetchFrom([name])).toEqual([
    { address: `${server.address}${name}`, reason: expect.stringMatching(reason), cause: expect.any(Error) },
  ]);
  expect(await files()).toEqual([]);
});

test.each(["silent", "stalled"])("a %s server is given up and the mirror asked", async (name) => {
  expect(await fetchFrom([name, "right"], { silenceMs: 50 })).toEqual([]);
  await expectInPlace();
  const failures = await fetchFrom([name], { silenceMs: 50, path: join(folder, "other.gz") });
  expect(failures).toMatchObject([{ reason: "the server was silent for 0.05 s" }]);
});

test.each(["right", "unsized"])("an answer longer than allowed (%s) is broken off", async (name) => {
  const failures = await fetchFrom([name], { largestSizeBytes: 5000 });
  expect(failures).toMatchObject([{ reason: "the answer is longer than 5000 bytes" }]);
  expect(await files()).toEqual([]);
});

test("a server that is not there is told by the reason of the system", async () => {
  const { address } = server;
  await server.close();
  expect(await fetchFrom([], { addresses: [`${address}right`] })).toMatchObject([
    { reason: expect.stringMatching(/ECONNREFUSED/) },
  ]);
  server = await startFileServer(() => {});
});

test("an abort ends the download with its reason, asks no mirror and leaves no file", async () => {
  const controller = new AbortController();
  const reason = new Error("interrupted");
  const aborted = fetchFrom(["stalled", "right"], {
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  });
  await expect(aborted).rejects.toBe(reason);
  expect(server.requests).toEqual(["/stalled"]);
  expect(await files()).toEqual([]);
});

test("an abort before the start asks nobody", async () => {
  await expect(fetchFrom(["right"], { signal: AbortSignal.abort(new Error("too late")) })).rejects.toThrow(
    "too late",
  );
  expect(server.requests).toEqual([]);
});

test("a failed download leaves an older file as it was", async () => {
  await fetchFrom(["right"]);
  await fetchFrom(["wrong"]);
  await expectInPlace();
});

test("downloads of one file at the same time do not disturb each other", async () => {
  expect(await Promise.all([fetchFrom(["right"]), fetchFrom(["unsized"]), fetchFrom(["cut"])])).toEqual([
    [],
    [],
    [expect.anything()],
  ]);
  await expectInPlace();
});

test("a folder that cannot be made is told with its path", async () => {
  const path = join(folder, "plain-file", "file.gz");
  await writeFile(join(folder, "plain-file"), "");
  await expect(fetchFrom(["right"], { path })).rejects.toMatchObject({
    code: "DATA_NOT_FOUND",
    message: expect.stringContaining(join(folder, "plain-file")),
    hint: expect.stringContaining("XDG_CACHE_HOME"),
  });
});
