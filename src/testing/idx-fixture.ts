import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

export interface IdxFixtureOptions {
  readonly dimensions: readonly number[];
  /** Values in order; they need not be as many as the dimensions say. */
  readonly values: Iterable<number>;
  /** Type code of the header. Defaults to 8, unsigned bytes. */
  readonly type?: number;
}

/** The bytes of an uncompressed IDX file, right or wrong as asked for. */
export function idxFixture({ dimensions, values, type = 8 }: IdxFixtureOptions): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dimensions.length);
  header[2] = type;
  header[3] = dimensions.length;
  dimensions.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Uint8Array.from(values)]);
}

export interface IdxImagesFixture {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Images of 2 x 3 pixels whose values and labels follow from their index. */
export function idxImagesFixture(count: number, classes: number): IdxImagesFixture {
  return {
    images: idxFixture({
      dimensions: [count, 2, 3],
      values: Array.from({ length: 6 * count }, (_, index) => (index * 37) % 256),
    }),
    labels: idxFixture({
      dimensions: [count],
      values: Array.from({ length: count }, (_, index) => index % classes),
    }),
  };
}

/** SHA-256 as 64 lower-case hexadecimal digits. */
export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export const gzipped = (bytes: Uint8Array): Uint8Array => gzipSync(bytes);
