/**
 * An entry of the decoded cache is one file:
 *
 *   from 0       preamble, 64 bytes: magic, format version, the header's length, place and SHA-256
 *   from 65,536  the parts, each from a multiple of 65,536 on, so that every machine can map them
 *   at the end   the header: JSON
 *
 * Counts are known only when the last example was decoded, so the header comes last and the preamble is written last.
 * Numbers lie as in memory, the lowest byte first on every machine that Node runs on.
 */
import type { Json } from "../../../base/index.ts";
import { sha256 } from "../sha256.ts";

/** Goes into every key: entries of another format are never looked at. */
export const formatVersion = 1;

export const partAlignment = 65_536;
export const preambleBytes = 64;
const magic = "tunesdec";

/** One array of an entry. */
export interface EntryPart<Values = Uint8Array | Float32Array | Int32Array> {
  readonly values: Values;
  readonly dimensions: readonly number[];
  /** Of bytes as an IDX file has them, of other numbers as they lie in memory; see `content-hash.ts`. */
  readonly sha256: string;
}

const elementBytes = { uint8: 1, float32: 4, int32: 4 } as const;
export type ElementType = keyof typeof elementBytes;

export interface PartHeader {
  readonly name: string;
  readonly type: ElementType;
  readonly dimensions: readonly number[];
  readonly offset: number;
  readonly sha256: string;
}

export interface EntryHeader {
  /** What the source wants to know again. */
  readonly facts: Json;
  readonly parts: readonly PartHeader[];
}

/** Data as it was decoded once. */
export interface DecodedEntry {
  readonly facts: Json;
  readonly parts: Readonly<Record<string, EntryPart>>;
}

export const align = (offset: number): number => Math.ceil(offset / partAlignment) * partAlignment;

export const lengthOf = ({ dimensions }: Pick<PartHeader, "dimensions">): number =>
  dimensions.reduce((product, dimension) => product * dimension, 1);

export const bytesOf = (part: Pick<PartHeader, "dimensions" | "type">): number =>
  lengthOf(part) * elementBytes[part.type];

export interface Preamble {
  readonly headerOffset: number;
  readonly headerBytes: number;
  readonly headerSum: string;
}

export function encodePreamble(header: Uint8Array, headerOffset: number): Uint8Array {
  const bytes = Buffer.alloc(preambleBytes);
  bytes.write(magic, "latin1");
  bytes.writeUInt32LE(formatVersion, 8);
  bytes.writeUInt32LE(header.length, 12);
  bytes.writeBigUInt64LE(BigInt(headerOffset), 16);
  bytes.write(sha256(header), 24, "hex");
  return bytes;
}

/** Undefined when this is not the start of an entry. */
export function parsePreamble(start: Uint8Array): Preamble | undefined {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.length);
  if (bytes.length < preambleBytes || bytes.toString("latin1", 0, magic.length) !== magic) return undefined;
  if (bytes.readUInt32LE(8) !== formatVersion) return undefined;
  return {
    headerBytes: bytes.readUInt32LE(12),
    headerOffset: Number(bytes.readBigUInt64LE(16)),
    headerSum: bytes.toString("hex", 24, 56),
  };
}
