import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { npyFile } from "../../../testing/npy-fixture.ts";
import { parseNpy, readNpy, readNpyHeader } from "./npy.ts";
import { openArchive } from "./npz.ts";

interface Golden {
  readonly cases: readonly { name: string; file: string; shape: number[]; values: number[] }[];
  readonly refused: Record<string, string>;
  readonly archives: Record<string, string>;
  readonly images: readonly number[];
}

const path = new URL("../../../../test/golden/arrays.json", import.meta.url);
const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-npy-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function written(bytes: Uint8Array) {
  const file = { path: join(folder, "file"), sizeBytes: bytes.length };
  await writeFile(file.path, bytes);
  return file;
}

describe("files by NumPy", () => {
  test.each(golden.cases)("$name", async ({ file, shape, values }) => {
    const fromBytes = parseNpy(bytesOf(file), "array");
    expect(fromBytes.shape).toEqual(shape);
    expect([...fromBytes.values]).toEqual(values);
    const own = await written(bytesOf(file));
    const fromFile = await readNpy(own, { what: "reading" });
    expect(fromFile.values).toEqual(fromBytes.values);
    expect((await readNpyHeader(own)).shape).toEqual(shape);
  });

  test.each(["stored", "compressed"])("an archive, %s", async (name) => {
    const archive = await openArchive(await written(bytesOf(golden.archives[name]!)));
    expect(archive.names.slice(0, 2)).toEqual(["x_train", "y_train"]);
    const images = await archive.read("x_train");
    expect(images).toMatchObject({ type: "u1", shape: [6, 4, 3] });
    expect([...images.values]).toEqual(golden.images);
    expect([...(await archive.read("y_train")).values]).toEqual([0, 1, 2, 0, 1, 2]);
  });

  test.each([
    ["object", /got a pickled object, which is a program and is not run\.$/],
    ["structured", /expected values of one type, got a structured type\.$/],
    ["complex", /expected values of a type among b1, .* got `<c8`\.$/],
    ["text", /got `<U2`\.$/],
    ["date", /got `<M8\[D\]`\.$/],
  ])("an array of %s is refused", (name, message) => {
    expect(() => parseNpy(bytesOf(golden.refused[name]!), "array")).toThrow(
      expect.objectContaining({ code: "INVALID_DATA", message: expect.stringMatching(message) }),
    );
  });
});

describe("damaged files", () => {
  const whole = npyFile({ type: "<f4", shape: [2, 3], values: [1, 2, 3, 4, 5, 6] });
  const withText = (text: string) => npyFile({ text, values: [1], type: "<f4", shape: [1] });
  const dictionary = (shape: string) => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;

  test.each([
    ["an empty file", new Uint8Array(0), /\(NPY\), got an empty file/],
    ["another file", Buffer.from("hello, world"), /got 68656c6c6f2c\.$/],
    ["an archive", zipSync({ "a.npy": whole }), /expected an array file \(NPY\), got an archive \(NPZ\)/],
    ["a bare pickle", Uint8Array.of(0x80, 4, 0x95), /got a pickled object, which is a program/],
    ["a later version", whole.map((byte, index) => (index === 6 ? 4 : byte)), /version 1, 2 or 3 .* got 4/],
    ["a magic alone", whole.subarray(0, 6), /got none\.$/],
    ["half a preamble", whole.subarray(0, 9), /expected a whole header, got less/],
    ["half a header", whole.subarray(0, 40), /expected a whole header, got less/],
    ["a file cut off", whole.subarray(0, -1), /expected 24 bytes for 2 x 3 values of type f4, got 23\.$/],
    ["a file with more", Buffer.concat([whole, Uint8Array.of(0)]), /expected 24 bytes .* got 25\.$/],
    [
      "a claim of terabytes",
      withText(dictionary("(1000000, 1000000)")),
      /expected 4000000000000 bytes .* got 4/,
    ],
    ["a claim beyond numbers", withText(dictionary(`(${"9".repeat(200)}, ${"9".repeat(200)})`)), /got 4\.$/],
    ["a shape that is no tuple", withText(dictionary("os.system('ls')")), /expected a header with `descr`/],
    ["no dictionary", withText("[]"), /expected a header with `descr`/],
  ])("%s is refused, from bytes and from a file", async (_, bytes, message) => {
    const expected = { code: "INVALID_DATA", message: expect.stringMatching(message) };
    expect(() => parseNpy(bytes, "array")).toThrow(expect.objectContaining(expected));
    const file = await written(bytes);
    await expect(readNpy(file, { what: "reading" })).rejects.toMatchObject(expected);
  });

  test("a header longer than any is not read", () => {
    const long = Uint8Array.from(npyFile({ type: "<f4", shape: [1], values: [1], version: 2 }));
    new DataView(long.buffer).setUint32(8, 2 ** 31, true);
    expect(() => parseNpy(long, "array")).toThrow(/header of at most 1048576 bytes, got one of 2147483648/);
  });

  test("a signal ends the reading of a file", async () => {
    const file = await written(whole);
    const reading = readNpy(file, { what: "reading", signal: AbortSignal.abort(new Error("enough")) });
    await expect(reading).rejects.toThrow("enough");
  });
});

describe("damaged archives", () => {
  const member = npyFile({ type: "<f4", shape: [1000], values: new Float32Array(1000) });
  const flipped = (zip: Uint8Array) => zip.map((byte, index) => (index === 1000 ? byte ^ 1 : byte));
  /** Sizes that the directory claims of the first member. */
  const claiming = (zip: Uint8Array, sizeBytes: number): Uint8Array => {
    const changed = Uint8Array.from(zip);
    const directory = Buffer.from(changed.buffer).indexOf("PK\x01\x02", 0, "latin1");
    new DataView(changed.buffer).setUint32(directory + 24, sizeBytes, true);
    return changed;
  };

  test.each([
    ["another file", Buffer.from("x".repeat(100)), /expected an undamaged NPZ file/],
    ["an archive without arrays", zipSync({ "a.txt": Uint8Array.of(1) }), /got none\.$/],
    ["half an archive", zipSync({ "a.npy": member }).subarray(0, 60), /expected an undamaged NPZ file/],
    [
      "a bomb",
      claiming(zipSync({ "a.npy": member }), 2 ** 32 - 2),
      /`a\.npy`, which claims 4294967294 bytes out of/,
    ],
    [
      "a stored member that claims more",
      claiming(zipSync({ "a.npy": member }, { level: 0 }), 10_000),
      /claims 10000/,
    ],
    [
      "a member that claims less",
      claiming(zipSync({ "a.npy": member }), 2000),
      /other content for `a\.npy` than its directory says/,
    ],
    [
      "a member with a wrong byte",
      flipped(zipSync({ "a.npy": member }, { level: 0 })),
      /other content for `a\.npy` than its directory says/,
    ],
  ])("%s is refused", async (_, bytes, message) => {
    const file = await written(bytes);
    const reading = openArchive(file).then((archive) => archive.read("a"));
    await expect(reading).rejects.toMatchObject({
      code: "INVALID_DATA",
      message: expect.stringMatching(message),
    });
  });
});
