import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";

import { temporaryFolder } from "../../testing/temporary-folder.ts";
import { describeRuntimes } from "./load-runtime.ts";
import { coreFile } from "./core-files.ts";
import { mapFile } from "./native/native-runtime.ts";

let isCoreMissing = false;

vi.mock(import("./core-files.ts"), async (importOriginal) => {
  const original = await importOriginal();
  return { coreFile: (name) => (isCoreMissing ? "/nowhere" : original.coreFile(name)) };
});

afterEach(() => {
  isCoreMissing = false;
});

function file(): string {
  const path = join(temporaryFolder(), "numbers");
  writeFileSync(
    path,
    Uint8Array.from({ length: 70_000 }, (_, index) => index % 251),
  );
  return path;
}

const hasNative = (await describeRuntimes()).some(
  ({ backend, isUsable }) => backend === "native" && isUsable,
);
if (!hasNative || process.platform === "win32")
  console.warn("skipped: mapping files, because there is no native core that can.");

describe.skipIf(!hasNative || process.platform === "win32")("a mapped piece of a file", () => {
  it("holds the file's bytes", () => {
    const bytes = new Uint8Array(mapFile(file(), 65_536, 4464)!);
    expect(bytes).toHaveLength(4464);
    expect([bytes[0], bytes[4463]]).toEqual([65_536 % 251, 69_999 % 251]);
  });

  it("may be written to without reaching the file or another mapping", () => {
    const path = file();
    const first = new Uint8Array(mapFile(path, 0, 10)!);
    const second = new Uint8Array(mapFile(path, 0, 10)!);
    first[3] = 99;
    expect(first[3]).toBe(99);
    expect(second[3]).toBe(3);
    expect(readFileSync(path)[3]).toBe(3);
  });

  it("stays when the file is replaced or removed", () => {
    const path = file();
    const bytes = new Uint8Array(mapFile(path, 0, 10)!);
    writeFileSync(`${path}.new`, "other");
    renameSync(`${path}.new`, path);
    rmSync(path);
    expect(bytes[5]).toBe(5);
  });

  it("is not there beyond the file's end, for a folder, or for a file that is not there", () => {
    expect(mapFile(file(), 65_536, 4465)).toBeUndefined();
    expect(mapFile(temporaryFolder(), 0, 1)).toBeUndefined();
    expect(mapFile("/nowhere/numbers", 0, 1)).toBeUndefined();
  });

  it("is not there for an offset inside of a page", () => {
    expect(mapFile(file(), 1, 1)).toBeUndefined();
  });
});

it("without a native core there is none", () => {
  expect(coreFile("native.node")).not.toBe("/nowhere");
  isCoreMissing = true;
  expect(mapFile(file(), 0, 1)).toBeUndefined();
});
