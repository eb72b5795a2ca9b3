import { open, type FileHandle } from "node:fs/promises";

import { allocateBytes } from "../allocate-bytes.ts";
import { idxSum } from "../content-hash.ts";
import type { MapFile } from "../map-file.ts";
import { sha256 } from "../sha256.ts";
import {
  bytesOf,
  lengthOf,
  parsePreamble,
  preambleBytes,
  type DecodedEntry,
  type ElementType,
  type EntryHeader,
  type EntryPart,
  type PartHeader,
} from "./entry-format.ts";

/** Above this, content is trusted by its length: hashing it would take longer than the training's first steps. */
const largestCheckedBytes = 2 ** 30;

export interface ReadEntryOptions {
  readonly mapFile?: MapFile | undefined;
  /** False for what this process has just written. */
  readonly isChecked: boolean;
}

/** Why an entry is of no use. */
export class UnusableEntry extends Error {}

/** @throws UnusableEntry when it is not whole or has changed; the file system's errors. */
export async function readEntry(
  path: string,
  { mapFile, isChecked }: ReadEntryOptions,
): Promise<DecodedEntry> {
  const file = await open(path);
  try {
    const header = await readHeader(file);
    const parts: Record<string, EntryPart> = {};
    const allBytes = header.parts.reduce((sum, part) => sum + bytesOf(part), 0);
    for (const part of header.parts) {
      const length = bytesOf(part);
      const mapped = length === 0 ? undefined : mapFile?.(path, part.offset, length);
      const buffer = mapped ?? (await readBytes(file, part.offset, length)).buffer;
      const values = viewOf(buffer, part);
      if (isChecked && allBytes <= largestCheckedBytes && sumOf(values, part.dimensions) !== part.sha256) {
        throw new UnusableEntry(`its ${part.name} are not those that were written`);
      }
      parts[part.name] = { values, dimensions: part.dimensions, sha256: part.sha256 };
    }
    return { facts: header.facts, parts };
  } finally {
    await file.close();
  }
}

async function readHeader(file: FileHandle): Promise<EntryHeader> {
  const { size } = await file.stat();
  const preamble = parsePreamble(await readBytes(file, 0, Math.min(size, preambleBytes)));
  if (preamble === undefined) throw new UnusableEntry("it does not start as an entry does");
  const { headerOffset, headerBytes, headerSum } = preamble;
  if (headerOffset + headerBytes !== size)
    throw new UnusableEntry(`it should be ${headerOffset + headerBytes} bytes long, and is ${size}`);
  const bytes = await readBytes(file, headerOffset, headerBytes);
  if (sha256(bytes) !== headerSum) throw new UnusableEntry("its header is not the one that was written");
  return JSON.parse(Buffer.from(bytes).toString()) as EntryHeader;
}

/** One call of the file system reads less than 2 GiB. */
const pieceSizeBytes = 1 << 26;

export async function readBytes(
  file: FileHandle,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = allocateBytes(length, "decoded cache");
  for (let at = 0; at < length;) {
    const { bytesRead } = await file.read(bytes, at, Math.min(pieceSizeBytes, length - at), offset + at);
    if (bytesRead === 0) throw new UnusableEntry("it ends too early");
    at += bytesRead;
  }
  return bytes;
}

function viewOf(buffer: ArrayBuffer, part: PartHeader): EntryPart["values"] {
  const length = lengthOf(part);
  switch (part.type) {
    case "uint8":
      return new Uint8Array(buffer, 0, length);
    case "float32":
      return new Float32Array(buffer, 0, length);
    case "int32":
      return new Int32Array(buffer, 0, length);
    default:
      return part.type satisfies never;
  }
}

export function typeOf(values: EntryPart["values"]): ElementType {
  if (values instanceof Uint8Array) return "uint8";
  return values instanceof Float32Array ? "float32" : "int32";
}

export const sumOf = (values: EntryPart["values"], dimensions: readonly number[]): string =>
  values instanceof Uint8Array ? idxSum(values, dimensions) : sha256(values);
