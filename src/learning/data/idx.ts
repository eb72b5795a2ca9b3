/**
 * IDX, the file format of the MNIST family: two zero bytes, a byte for the type of the values, a byte for the number of
 * dimensions, each dimension as a big-endian 32-bit integer, then the values, row-major.
 *
 * The header says how long the file must be, so the values go straight into memory of that size: a file is never held
 * both compressed and uncompressed, or twice.
 *
 * @see LeCun, Cortes, Burges, "The MNIST database of handwritten digits", section "File formats"
 */
import { TunesmithError } from "../../base/index.ts";
import { allocateBytes } from "./allocate-bytes.ts";
import { gunzipped } from "./gunzip.ts";
import { sha256 } from "./sha256.ts";

const unsignedByte = 0x08;
/** No file of the data sets by name comes near; a damaged header must not make us ask for terabytes. */
const usualLargestSizeBytes = 2 ** 30;

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
  /** How many dimensions the file must have, or may have. */
  readonly rank: number | readonly number[];
  /** A header that claims more is refused. Defaults to 1 GiB. */
  readonly largestSizeBytes?: number | undefined;
  /** What to do about a file that is not right. Defaults to fetching it again. */
  readonly hint?: string | undefined;
}

function invalid({ name, hint }: ReadIdxOptions, expected: string, received: string): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `IDX file \`${name}\`: expected ${expected}, got ${received}.`,
    hint: hint ?? "Delete the file and fetch it again.",
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

const ranksOf = ({ rank }: ReadIdxOptions): readonly number[] => (typeof rank === "number" ? [rank] : rank);

const headerLengthOf = (rank: number): number => 4 + 4 * rank;

/** How long the header is, by its first four bytes. */
function parseMagic(start: Uint8Array, options: ReadIdxOptions): number {
  const ranks = ranksOf(options);
  const [first, second, type, rank] = start;
  if (first === 0 && second === 0 && type === unsignedByte && ranks.includes(rank!))
    return headerLengthOf(rank!);
  const dimensions = `${ranks.join(" or ")} ${ranks.length === 1 && ranks[0] === 1 ? "dimension" : "dimensions"}`;
  const magics = ranks.map((one) => hex(Uint8Array.of(0, 0, unsignedByte, one))).join(" or ");
  throw invalid(
    options,
    `to start with the bytes ${magics} (IDX, unsigned bytes, ${dimensions})`,
    start.length === 0 ? "an empty file" : hex(start.subarray(0, 4)),
  );
}

function parseHeader(header: Uint8Array, options: ReadIdxOptions): number[] {
  const length = parseMagic(header, options);
  if (header.length < length)
    throw invalid(options, `a header of ${length} bytes`, `${header.length} bytes in all`);
  const view = new DataView(header.buffer, header.byteOffset);
  return Array.from({ length: header[3]! }, (_, axis) => view.getUint32(4 + 4 * axis));
}

/**
 * The dimensions of an IDX file of unsigned bytes; no more is read than its start.
 *
 * @throws INVALID_DATA when the start is not as the format or the options say
 */
export async function readIdxDimensions(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReadIdxOptions,
): Promise<number[]> {
  const wanted = headerLengthOf(Math.max(...ranksOf(options)));
  let start = Buffer.alloc(0);
  for await (const chunk of gunzipped(chunks, options.name)) {
    start = Buffer.concat([start, chunk.subarray(0, wanted - start.length)]);
    if (start.length === wanted) break;
  }
  return parseHeader(start, options);
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
  let bytes = new Uint8Array(4);
  let filled = 0;
  let dimensions: number[] | undefined;
  const grow = (length: number): void => {
    const whole = allocateBytes(length, `IDX file \`${options.name}\``);
    whole.set(bytes.subarray(0, filled));
    bytes = whole;
  };
  for await (const chunk of gunzipped(chunks, options.name)) {
    let taken = 0;
    while (dimensions === undefined && taken < chunk.length) {
      const piece = chunk.subarray(taken, taken + bytes.length - filled);
      bytes.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
      if (filled < bytes.length) continue;
      if (filled === 4) {
        grow(parseMagic(bytes, options));
        continue;
      }
      dimensions = parseHeader(bytes, options);
      grow(wholeLength(dimensions, options));
    }
    if (dimensions === undefined) continue;
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
    values: bytes.subarray(headerLengthOf(dimensions.length)),
    sha256: sha256(bytes),
  };
}

function wholeLength(dimensions: readonly number[], options: ReadIdxOptions): number {
  const { largestSizeBytes = usualLargestSizeBytes } = options;
  const length =
    dimensions.reduce((product, dimension) => product * dimension, 1) + headerLengthOf(dimensions.length);
  if (length <= largestSizeBytes) return length;
  const claimed = `a header that claims ${dimensions.join(" x ")} values`;
  throw invalid(options, `at most ${largestSizeBytes} bytes`, claimed);
}
