/**
 * IDX, the file format of the MNIST family: two zero bytes, a byte for the type of the values, a byte for the number of
 * dimensions, each dimension as a big-endian 32-bit integer, then the values, row-major.
 *
 * The header says how long the file must be, so the values go straight into memory of that size: a file is never held
 * both compressed and uncompressed, or twice.
 *
 * @see LeCun, Cortes, Burges, "The MNIST database of handwritten digits", section "File formats"
 */
import { createHash } from "node:crypto";

import { TunesmithError } from "../../base/index.ts";
import { gunzipped } from "./gunzip.ts";

const unsignedByte = 0x08;
/** No file of the supported data sets comes near; a damaged header must not make us ask for terabytes. */
const largestSizeBytes = 2 ** 30;

export interface IdxArray {
  readonly dimensions: readonly number[];
  /** [...dimensions] */
  readonly values: Uint8Array;
  /** SHA-256 of the uncompressed file, header included. */
  readonly sha256: string;
}

export interface ReadIdxOptions {
  /** What to call the file in errors. */
  readonly name: string;
  /** How many dimensions the file must have. */
  readonly rank: number;
}

function invalid({ name }: ReadIdxOptions, expected: string, received: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `IDX file \`${name}\`: expected ${expected}, got ${received}.`,
    hint: "Delete the file and fetch it again.",
    facts: { file: name, expected, received },
  });
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** The header of an IDX file of unsigned bytes. */
export function idxHeader(dimensions: readonly number[]): Uint8Array {
  const header = new Uint8Array(4 + 4 * dimensions.length);
  header[2] = unsignedByte;
  header[3] = dimensions.length;
  const view = new DataView(header.buffer);
  dimensions.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  return header;
}

function parseHeader(header: Uint8Array, options: ReadIdxOptions): number[] {
  const magic = Uint8Array.of(0, 0, unsignedByte, options.rank);
  if (magic.some((byte, index) => header[index] !== byte)) {
    const dimensions = options.rank === 1 ? "1 dimension" : `${options.rank} dimensions`;
    throw invalid(
      options,
      `to start with the bytes ${hex(magic)} (IDX, unsigned bytes, ${dimensions})`,
      header.length === 0 ? "an empty file" : hex(header.subarray(0, 4)),
    );
  }
  const length = 4 + 4 * options.rank;
  if (header.length < length)
    throw invalid(options, `a header of ${length} bytes`, `${header.length} bytes in all`);
  const view = new DataView(header.buffer, header.byteOffset);
  return Array.from({ length: options.rank }, (_, axis) => view.getUint32(4 + 4 * axis));
}

/**
 * Reads an IDX file of unsigned bytes, gzip-compressed (told by its first bytes) or plain.
 *
 * @param chunks the file's bytes in order, in pieces of any size.
 * @throws INVALID_DATA when anything is not as the format or the options say: magic, type, number of dimensions,
 *   length, or a damaged compression.
 */
export async function readIdx(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadIdxOptions,
): Promise<IdxArray> {
  const headerLength = 4 + 4 * options.rank;
  let bytes = new Uint8Array(headerLength);
  let filled = 0;
  let dimensions: number[] | undefined;
  for await (const chunk of gunzipped(chunks, options.name)) {
    let taken = 0;
    if (dimensions === undefined) {
      taken = Math.min(chunk.length, headerLength - filled);
      bytes.set(chunk.subarray(0, taken), filled);
      filled += taken;
      if (filled < headerLength) continue;
      dimensions = parseHeader(bytes, options);
      const size = dimensions.reduce((product, dimension) => product * dimension, 1);
      if (headerLength + size > largestSizeBytes) {
        throw invalid(
          options,
          `at most ${largestSizeBytes} bytes`,
          `a header that claims ${dimensions.join(" x ")} values`,
        );
      }
      const whole = new Uint8Array(headerLength + size);
      whole.set(bytes);
      bytes = whole;
    }
    if (filled + chunk.length - taken > bytes.length) {
      throw invalid(options, `${bytes.length} bytes in all for ${dimensions.join(" x ")} values`, "more");
    }
    bytes.set(chunk.subarray(taken), filled);
    filled += chunk.length - taken;
  }
  dimensions ??= parseHeader(bytes.subarray(0, filled), options);
  if (filled < bytes.length) {
    throw invalid(options, `${bytes.length} bytes in all for ${dimensions.join(" x ")} values`, `${filled}`);
  }
  return {
    dimensions,
    values: bytes.subarray(headerLength),
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}
