import { describe, expect, test } from "vitest";
import fc from "fast-check";

import { gzipped, idxFixture, sha256Of } from "../../testing/idx-fixture.ts";
import { idxHeader, readIdx } from "./idx.ts";

const right = idxFixture({ dimensions: [2, 2, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255] });
const read = (bytes: Uint8Array, rank = 3) => readIdx([bytes], { name: "some-file.gz", rank });

const invalid = (message: RegExp) => ({
  code: "INVALID_DATA",
  message: expect.stringMatching(message),
  hint: expect.stringMatching(/Delete the file and fetch it again/),
});

describe("readIdx", () => {
  test.each([
    ["plain", right],
    ["gzip", gzipped(right)],
  ])("reads a %s file and gives its uncompressed sum", async (_, bytes) => {
    const array = await read(bytes);
    expect(array.dimensions).toEqual([2, 2, 3]);
    expect([...array.values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255]);
    expect(array.sha256).toBe(sha256Of(right));
  });

  test("the pieces in which the bytes come do not matter", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        async (sizes, isCompressed) => {
          const bytes = isCompressed ? gzipped(right) : right;
          const pieces: Uint8Array[] = [];
          for (let at = 0, i = 0; at < bytes.length; i++) {
            const size = sizes[i % sizes.length]!;
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          const array = await readIdx(pieces, { name: "pieces", rank: 3 });
          expect([...array.values]).toEqual([...right.subarray(16)]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("every array of bytes comes back from its file", async () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        async (dimensions, stream) => {
          const size = dimensions.reduce((product, dimension) => product * dimension, 1);
          const values = [...stream.take(size)];
          const array = await read(idxFixture({ dimensions, values }), dimensions.length);
          expect(array.dimensions).toEqual(dimensions);
          expect([...array.values]).toEqual(values);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("the header written is the header read", () => {
    expect([...idxHeader([60_000, 28, 28])]).toEqual([
      0, 0, 8, 3, 0, 0, 0xea, 0x60, 0, 0, 0, 28, 0, 0, 0, 28,
    ]);
  });

  test("a wrong magic is named with the right one", async () => {
    const bytes = Uint8Array.from(right);
    bytes[0] = 0x50;
    await expect(read(bytes)).rejects.toMatchObject(
      invalid(/`some-file.gz`: expected to start with the bytes 00 00 08 03 .*, got 50 00 08 03\./),
    );
  });

  test("another type of values is refused", async () => {
    const bytes = idxFixture({ dimensions: [1, 1, 1], values: [0, 0, 0, 0], type: 0x0d });
    await expect(read(bytes)).rejects.toMatchObject(
      invalid(/unsigned bytes, 3 dimensions\), got 00 00 0d 03/),
    );
  });

  test("another number of dimensions is refused", async () => {
    await expect(read(right, 1)).rejects.toMatchObject(
      invalid(/unsigned bytes, 1 dimension\), got 00 00 08 03/),
    );
  });

  test("a file shorter than its header says is refused with both lengths", async () => {
    await expect(read(right.subarray(0, 20))).rejects.toMatchObject(
      invalid(/expected 28 bytes in all for 2 x 2 x 3 values, got 20\./),
    );
  });

  test("a file longer than its header says is refused, compressed or not", async () => {
    const long = Buffer.concat([right, Uint8Array.of(0)]);
    await expect(read(long)).rejects.toMatchObject(invalid(/expected 28 bytes in all .*, got more/));
    await expect(read(gzipped(long))).rejects.toMatchObject(invalid(/expected 28 bytes in all .*, got more/));
  });

  test("an empty file and a cut header are refused", async () => {
    await expect(read(new Uint8Array(0))).rejects.toMatchObject(invalid(/got an empty file/));
    await expect(read(right.subarray(0, 9))).rejects.toMatchObject(
      invalid(/a header of 16 bytes, got 9 bytes in all/),
    );
  });

  test("a header that claims terabytes is refused before memory is asked for", async () => {
    const bytes = idxFixture({ dimensions: [0xffff_ffff, 0xffff_ffff, 2], values: [] });
    await expect(read(bytes)).rejects.toMatchObject(invalid(/at most 1073741824 bytes/));
  });

  test("a truncated gzip file is refused wherever it is cut", async () => {
    const bytes = gzipped(right);
    for (let length = 2; length < bytes.length; length++) {
      await expect(read(bytes.subarray(0, length))).rejects.toMatchObject(
        invalid(/gzip file `some-file.gz`: .*got a file that ends too early/),
      );
    }
  });

  test("a damaged gzip file is refused", async () => {
    const bytes = Uint8Array.from(gzipped(right));
    bytes[bytes.length - 6]! ^= 0xff;
    await expect(read(bytes)).rejects.toMatchObject(invalid(/gzip file .*got incorrect data check/));
  });

  test("anything after the end of the gzip stream is refused, also in a later piece", async () => {
    const bytes = gzipped(right);
    const rest = Uint8Array.from({ length: 40 }, (_, index) => index);
    await expect(read(Buffer.concat([bytes, rest]))).rejects.toMatchObject(
      invalid(/got other bytes after its end/),
    );
    await expect(readIdx([bytes, rest], { name: "f", rank: 3 })).rejects.toMatchObject(
      invalid(/got other bytes after its end/),
    );
    await expect(read(Buffer.concat([bytes, bytes]))).rejects.toMatchObject(invalid(/got more/));
  });

  test("an error of the reading itself is passed on as it is", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield gzipped(right).subarray(0, 12);
      throw new Error("disk on fire");
    }
    await expect(readIdx(failing(), { name: "f", rank: 3 })).rejects.toThrow("disk on fire");
  });
});
