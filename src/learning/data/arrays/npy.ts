import { open, type FileHandle } from "node:fs/promises";

import { allocateBytes } from "../allocate-bytes.ts";
import type { OwnFile } from "../sources/own-file.ts";
import type { SourceOptions } from "../sources/source.ts";
import {
  checkedSize,
  longestPreambleBytes,
  npyOffset,
  parseNpyHeader,
  type NpyHeader,
  type ValueType,
} from "./npy-header.ts";

const pieceSizeBytes = 1 << 24;

export type Numbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** An array of numbers in memory. */
export interface NumberArray {
  /** What messages call it: its file, or its name within one. */
  readonly name: string;
  readonly type: ValueType;
  readonly shape: readonly number[];
  /** [...shape], the last dimension varies fastest; whole numbers of 64 bits as the nearest of 53. */
  readonly values: Numbers;
}

/** @throws INVALID_DATA when it is no array file */
export async function readNpyHeader({ path }: OwnFile): Promise<NpyHeader> {
  return withFile(path, (file) => headerOf(file, path));
}

/** @throws INVALID_DATA when the file is damaged or holds anything but numbers */
export async function readNpy(
  { path, sizeBytes }: OwnFile,
  { signal, onReading, what }: Pick<SourceOptions, "signal" | "onReading"> & { readonly what: string },
): Promise<NumberArray> {
  return withFile(path, async (file) => {
    const header = await headerOf(file, path);
    const total = checkedSize(header, sizeBytes - header.offset, path);
    const bytes = allocateBytes(total, `array \`${path}\``);
    for (let done = 0; done < total;) {
      signal?.throwIfAborted();
      onReading?.({ what, done, total });
      const length = Math.min(pieceSizeBytes, total - done);
      const { bytesRead } = await file.read(bytes, done, length, header.offset + done);
      // The file was cut off since its size was read.
      if (bytesRead === 0) checkedSize(header, done, path);
      done += bytesRead;
    }
    onReading?.({ what, done: total, total });
    return decoded(header, bytes, path);
  });
}

async function withFile<Result>(path: string, read: (file: FileHandle) => Promise<Result>): Promise<Result> {
  const file = await open(path);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

async function headerOf(file: FileHandle, path: string): Promise<NpyHeader> {
  const start = await firstBytes(file, longestPreambleBytes);
  return parseNpyHeader(await firstBytes(file, npyOffset(start, path)), path);
}

async function firstBytes(file: FileHandle, count: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(count), 0, count, 0);
  return buffer.subarray(0, bytesRead);
}

/** @throws INVALID_DATA as reading a file does */
export function parseNpy(bytes: Uint8Array, name: string): NumberArray {
  const header = parseNpyHeader(
    bytes.subarray(0, npyOffset(bytes.subarray(0, longestPreambleBytes), name)),
    name,
  );
  checkedSize(header, bytes.length - header.offset, name);
  // A copy of their own lies as typed arrays must.
  return decoded(header, new Uint8Array(bytes.subarray(header.offset)), name);
}

function decoded(header: NpyHeader, bytes: Uint8Array<ArrayBuffer>, name: string): NumberArray {
  const { type, isBigEndian, isFortran, shape } = header;
  const bits = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = Number(type[1]);
  if (isBigEndian && width === 2) bits.swap16();
  if (isBigEndian && width === 4) bits.swap32();
  if (isBigEndian && width === 8) bits.swap64();
  const values = typed(type, bytes.buffer);
  return { name, type, shape, values: isFortran ? rowMajor(values, shape) : values };
}

function typed(type: ValueType, buffer: ArrayBuffer): Numbers {
  switch (type) {
    case "b1":
    case "u1":
      return new Uint8Array(buffer);
    case "i1":
      return new Int8Array(buffer);
    case "u2":
      return new Uint16Array(buffer);
    case "i2":
      return new Int16Array(buffer);
    case "u4":
      return new Uint32Array(buffer);
    case "i4":
      return new Int32Array(buffer);
    case "u8":
      return Float64Array.from(new BigUint64Array(buffer), Number);
    case "i8":
      return Float64Array.from(new BigInt64Array(buffer), Number);
    case "f2":
      return Float32Array.from(new Uint16Array(buffer), half);
    case "f4":
      return new Float32Array(buffer);
    case "f8":
      return new Float64Array(buffer);
    default:
      return type satisfies never;
  }
}

/** The value of a 16-bit float: 1 bit of sign, 5 of exponent, 10 of fraction. @see IEEE 754-2008, binary16 */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** From the first dimension varying fastest to the last. */
function rowMajor(values: Numbers, shape: readonly number[]): Numbers {
  const out = values.slice();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const place = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis]! += 1;
      from += strides[axis]!;
      if (place[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return out;
}
