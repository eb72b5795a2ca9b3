import { fork } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import { idxSum } from "../content-hash.ts";
import { DecodedCache, type DecodedCacheOptions } from "./decoded-cache.ts";
import type { DecodedEntry } from "./entry-format.ts";
import { pruneDecodedCache } from "./prune.ts";

const labels = Uint8Array.of(0, 1, 2);
const targets = Float32Array.of(0.5, -1, Number.NaN);
const groups = Int32Array.of(7, -7, 0);
/** Three examples of 4,000 bytes. */
const pixels = Uint8Array.from({ length: 12_000 }, (_, index) => (index * 31) % 251);

function cacheIn(cacheDir: string, options: DecodedCacheOptions = {}) {
  const warnings: string[] = [];
  const cache = new DecodedCache({ cacheDir, onWarning: (message) => warnings.push(message), ...options });
  const path = cache.pathOf({ name: "test" });
  const write = (): Promise<DecodedEntry> =>
    cache.write(path, pixels.length, async (entry) => {
      for (let example = 0; example < 3; example++)
        await entry.append(pixels.subarray(example * 4000, (example + 1) * 4000));
      return {
        facts: { shape: [4000] },
        first: { name: "features", dimensions: [3, 4000] },
        others: {
          labels: { values: labels, dimensions: [3] },
          targets: { values: targets, dimensions: [3, 1] },
          groups: { values: groups, dimensions: [3] },
          nothing: { values: new Uint8Array(0), dimensions: [0] },
        },
      };
    });
  return { cache, path, write, warnings };
}

const expectWhole = (entry: DecodedEntry | undefined): void => {
  expect(entry!.facts).toEqual({ shape: [4000] });
  const { features, ...others } = entry!.parts;
  expect(features!.values).toEqual(pixels);
  expect(features!.dimensions).toEqual([3, 4000]);
  expect(features!.sha256).toBe(idxSum(pixels, [3, 4000]));
  expect(Object.values(others).map(({ values }) => values)).toEqual([
    labels,
    targets,
    groups,
    new Uint8Array(0),
  ]);
};

test("what was written is read, with its facts, sums and kinds of numbers", async () => {
  const { cache, path, write, warnings } = cacheIn(temporaryFolder());
  expect(await cache.read(path)).toBeUndefined();
  expectWhole(await write());
  expectWhole(await cache.read(path));
  expect(warnings).toEqual([]);
  expect(readdirSync(cache.folder)).toHaveLength(1);
});

test("a part lies where a page of memory begins, and is asked for as such", async () => {
  const asked: number[][] = [];
  const mapFile = (path: string, offset: number, length: number): ArrayBuffer => {
    asked.push([offset, length]);
    return Uint8Array.from(readFileSync(path).subarray(offset, offset + length)).buffer;
  };
  const { write } = cacheIn(temporaryFolder(), { mapFile });
  expectWhole(await write());
  expect(asked).toEqual([
    [65_536, 12_000],
    [131_072, 3],
    [196_608, 12],
    [262_144, 12],
  ]);
});

test("another key is another entry", async () => {
  const { cache, path } = cacheIn(temporaryFolder());
  expect(cache.pathOf({ name: "test" })).toBe(path);
  expect(cache.pathOf({ name: "other" })).not.toBe(path);
});

test.each<[string, (file: number) => void, RegExp]>([
  [
    "a changed example",
    (file) => writeSync(file, Uint8Array.of(255), 0, 1, 65_536 + 5000),
    /its features are not/,
  ],
  ["a changed label", (file) => writeSync(file, Uint8Array.of(9), 0, 1, 131_072), /its labels are not/],
  ["a changed header", (file) => writeSync(file, Uint8Array.of(0), 0, 1, 327_680 + 5), /its header is not/],
  ["a cut end", (file) => ftruncateSync(file, 300_000), /it should be \d+ bytes long, and is 300000/],
  ["another start", (file) => writeSync(file, "x", 0), /it does not start as an entry does/],
  ["nothing in it", (file) => ftruncateSync(file, 0), /it does not start as an entry does/],
])("an entry with %s is removed with a warning, and made anew", async (_, damage, reason) => {
  const { cache, path, write, warnings } = cacheIn(temporaryFolder());
  await write();
  const file = openSync(path, "r+");
  damage(file);
  closeSync(file);
  expect(await cache.read(path)).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(reason)]);
  expect(existsSync(path)).toBe(false);
  expectWhole(await write());
});

test("where the folder cannot be written to, the data stays in memory and a warning says so", async () => {
  const cacheDir = join(temporaryFolder(), "file");
  writeFileSync(cacheDir, "in the way");
  const { cache, path, write, warnings } = cacheIn(cacheDir);
  expectWhole(await write());
  expect(warnings).toEqual([
    expect.stringMatching(
      /decoded cache: `.*` cannot be written to \(E.*\); the decoded data stays in memory/,
    ),
  ]);
  expect(await cache.read(path).catch(() => undefined)).toBeUndefined();
});

test("an entry that is whole but cannot be opened again is an error and never zeros", async () => {
  const mapFile = () => {
    throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
  };
  const { write } = cacheIn(temporaryFolder(), { mapFile });
  await expect(write()).rejects.toThrow("EMFILE");
});

test("an entry that breaks off leaves nothing behind", async () => {
  const { cache, path } = cacheIn(temporaryFolder());
  const failing = cache.write(path, 10, async (entry) => {
    await entry.append(pixels.subarray(0, 5));
    throw new Error("interrupted");
  });
  await expect(failing).rejects.toThrow("interrupted");
  expect(readdirSync(cache.folder)).toEqual([]);
});

test("several writers of one entry at once each get it, and one file stays", async () => {
  const cacheDir = temporaryFolder();
  const writers = Array.from({ length: 4 }, () => cacheIn(cacheDir));
  for (const entry of await Promise.all(writers.map(({ write }) => write()))) expectWhole(entry);
  expect(readdirSync(writers[0]!.cache.folder)).toHaveLength(1);
  expectWhole(await writers[0]!.cache.read(writers[0]!.path));
});

test("a process that is killed while it writes leaves no entry, and what it leaves is removed a day later", async () => {
  const cacheDir = temporaryFolder();
  const program = fileURLToPath(
    new URL("../../../../test/data/programs/write-without-end.ts", import.meta.url),
  );
  const child = fork(program, [cacheDir], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  await once(child, "message");
  child.kill("SIGKILL");
  await once(child, "exit");
  const { cache, path, write } = cacheIn(cacheDir);
  expect(await cache.read(path)).toBeUndefined();
  expect(readdirSync(cache.folder)).toEqual([expect.stringMatching(/\.partial$/)]);
  expect(await pruneDecodedCache(cache.folder, { largestBytes: 0 })).toEqual([]);
  const tomorrow = Date.now() + 25 * 3_600_000;
  expect(await pruneDecodedCache(cache.folder, { largestBytes: 0, now: tomorrow })).toHaveLength(1);
  expect(readdirSync(cache.folder)).toEqual([]);
  expectWhole(await write());
});

test("the entries used last stay, and always the newest", async () => {
  const { cache, write } = cacheIn(temporaryFolder());
  await write();
  const names = ["a", "b", "c"];
  for (const [index, name] of names.entries()) {
    writeFileSync(join(cache.folder, `${name}.decoded`), new Uint8Array(1000));
    utimesSync(join(cache.folder, `${name}.decoded`), index + 1, index + 1);
  }
  const path = (name: string) => join(cache.folder, `${name}.decoded`);
  const own = readdirSync(cache.folder).find((name) => name.length > 20)!;
  const size = readFileSync(join(cache.folder, own)).length;
  expect(await pruneDecodedCache(cache.folder, { largestBytes: size + 2500 })).toEqual([path("a")]);
  expect(await pruneDecodedCache(cache.folder, { largestBytes: 0, keep: path("b") })).toEqual([
    path("c"),
    join(cache.folder, own),
  ]);
  expect(readdirSync(cache.folder)).toEqual(["b.decoded"]);
});

test("reading an entry makes it the one used last", async () => {
  const { cache, path, write } = cacheIn(temporaryFolder());
  await write();
  utimesSync(path, 1, 1);
  const other = join(cache.folder, "other.decoded");
  writeFileSync(other, new Uint8Array(1000));
  utimesSync(other, 2, 2);
  await cache.read(path);
  const size = readFileSync(path).length;
  expect(await pruneDecodedCache(cache.folder, { largestBytes: size })).toEqual([other]);
});

test("writing keeps the cache below its limit", async () => {
  const { cache, write } = cacheIn(temporaryFolder(), { largestBytes: 10 });
  await write();
  expect(readdirSync(cache.folder)).toHaveLength(1);
  writeFileSync(join(cache.folder, "old.decoded"), new Uint8Array(1000));
  await write();
  expect(readdirSync(cache.folder)).not.toContain("old.decoded");
});
