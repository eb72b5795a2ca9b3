import { readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, expect, test } from "vitest";

import { temporaryFolder } from "../../../testing/temporary-folder.ts";
import type { Dataset } from "../dataset.ts";
import { datasetSource } from "../sources/registry.ts";

const rows = 400_000;

/** More than 4 MiB; the first row's `x` is given, and one cell of `code` is no number. */
const tableWith = (first: string) =>
  `x,code,who,y\n${first},1,a,no\n${Array.from({ length: rows - 1 }, (_, i) => `${i % 97}.25,${i === 70_000 ? "q" : i % 5},${i % 2 === 0 ? "a" : "b"},${i % 3 === 0 ? "no" : "yes"}`).join("\n")}\n`;

let folder: string;
let path: string;
let warnings: string[];

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, "large.csv");
  warnings = [];
});

function load(): Promise<Dataset> {
  const source = datasetSource({ kind: "csv", path, target: "y", group: "who" } as never)!;
  const cacheDir = join(folder, "cache");
  return source.load({ cacheDir, onWarning: (message) => warnings.push(message) });
}

test("a large table is read once, and anew when the file has changed", async () => {
  const write = async (first: string, time: string) => {
    await writeFile(path, tableWith(first));
    await utimes(path, new Date(time), new Date(time));
  };
  await write("7.5", "2026-01-01T00:00:00Z");
  const read = await load();
  // The same length and time: only who reads the file again can see it.
  await write("8.5", "2026-01-01T00:00:00Z");
  const kept = await load();
  expect(kept.examples.features[0]).toBe(7.5);
  expect(kept).toEqual(read);
  await write("8.5", "2026-01-01T00:00:01Z");
  const anew = await load();
  expect(anew.examples.features[0]).toBe(8.5);
  expect(anew.contentHash).not.toBe(read.contentHash);
  expect(anew.groups).toEqual(read.groups);
  // What a person should know is said each time.
  expect(warnings).toHaveLength(3);
  expect(new Set(warnings).size).toBe(1);
  expect(warnings[0]).toMatch(/the column `code` is taken as names/);
});

test("a table that is refused leaves nothing in the cache", async () => {
  await writeFile(path, `${tableWith("7.5")}1,2\n`);
  await expect(load()).rejects.toMatchObject({ code: "INVALID_DATA" });
  expect(await readdir(join(folder, "cache", "decoded")).catch(() => [])).toEqual([]);
});
