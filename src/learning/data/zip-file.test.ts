import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readZipDirectory, readZipMember } from "./zip-file.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "tunesmith-zip-"))));
afterAll(() => rm(folder, { recursive: true }));

const long = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >>> 7);
const files = {
  "in/packed.bin": [long, { level: 6 }],
  "in/stored.bin": [long, { level: 0, comment: "as it is" }],
  "empty.bin": [new Uint8Array(0), { level: 0 }],
} as const;
const archive = () =>
  zipSync(files as unknown as Parameters<typeof zipSync>[0], { comment: "PK, all of it" });

async function put(bytes: Uint8Array): Promise<string> {
  const path = join(folder, "a.zip");
  await writeFile(path, bytes);
  return path;
}

async function read(path: string, name: string): Promise<Buffer> {
  const member = (await readZipDirectory(path)).get(name)!;
  const pieces: Uint8Array[] = [];
  for await (const piece of readZipMember(path, member)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test("members are found by the directory and read one by one, stored and packed", async () => {
  const path = await put(archive());
  expect([...(await readZipDirectory(path)).keys()].toSorted()).toEqual(Object.keys(files).toSorted());
  for (const [name, [content]] of Object.entries(files)) {
    expect(Buffer.compare(await read(path, name), content)).toBe(0);
  }
});

test("a member that was changed is refused", async () => {
  const bytes = archive();
  const at = Buffer.from(bytes).indexOf("stored.bin") + 1000;
  bytes[at]! ^= 1;
  await expect(read(await put(bytes), "in/stored.bin")).rejects.toMatchObject({
    code: "INVALID_DATA",
    message: expect.stringContaining("other content for `in/stored.bin` than its directory says"),
  });
});

test("a packed member that cannot be unpacked is refused", async () => {
  const bytes = archive();
  bytes.fill(0xff, 50, 400);
  await expect(read(await put(bytes), "in/packed.bin")).rejects.toMatchObject({ code: "INVALID_DATA" });
});

test("a directory that says less than a member holds gives no more than it says", async () => {
  const bytes = archive();
  const entry = Buffer.from(bytes).lastIndexOf("in/packed.bin") - 46;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(entry + 24, 10, true);
  await expect(read(await put(bytes), "in/packed.bin")).rejects.toMatchObject({ code: "INVALID_DATA" });
});

test.each([
  ["half of it", () => archive().subarray(0, 1_000_000)],
  ["nothing", () => new Uint8Array(0)],
  ["a page", () => Buffer.from("<html>log in</html>")],
  [
    "a directory that is not there",
    () => {
      const bytes = archive();
      const end = Buffer.from(bytes).lastIndexOf("PK\u0005\u0006");
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(end + 16, 0, true);
      return bytes;
    },
  ],
])("%s is no archive", async (_, bytes) => {
  await expect(readZipDirectory(await put(bytes()))).rejects.toMatchObject({
    code: "INVALID_DATA",
    message: expect.stringContaining("expected an undamaged archive"),
    hint: "Delete the file and fetch it again.",
  });
});
