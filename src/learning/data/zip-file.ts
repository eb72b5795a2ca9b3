/**
 * A zip archive read by its directory, which stands at its end: one member is found and read without reading the others, so
 * an archive of half a gigabyte costs no memory and little time. Archives beyond 4 GB (ZIP64) are refused.
 *
 * @see PKWARE, "APPNOTE.TXT - .ZIP File Format Specification" 6.3.10, sections 4.3.6 to 4.3.16
 */
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";

import { TunesmithError } from "../../base/index.ts";

export interface ZipMember {
  readonly name: string;
  /** 0 is stored, 8 deflated. */
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the member's own header stands in the file. */
  readonly offset: number;
}

const endSignature = Buffer.from("PK\u0005\u0006", "latin1");
const memberSignature = 0x02014b50;
const headerSignature = 0x04034b50;
const endLength = 22;
const memberLength = 46;
const headerLength = 30;
const longestComment = 0xffff;
/** What stands where a number is in the ZIP64 form instead. */
const tooMany = 0xffff;
const tooLarge = 0xffff_ffff;

/** @throws INVALID_DATA when it is no zip archive, or one of more than 4 GB */
export async function readZipDirectory(path: string): Promise<ReadonlyMap<string, ZipMember>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const tailLength = Math.min(size, endLength + longestComment);
    const tail = await readAt(file, size - tailLength, tailLength);
    const end = tail.lastIndexOf(endSignature);
    if (end < 0 || end + endLength > tail.length) throw damaged(path, "no directory at its end");
    const count = tail.readUInt16LE(end + 10);
    const position = tail.readUInt32LE(end + 16);
    if (count === tooMany || position === tooLarge) throw damaged(path, "the form for more than 4 GB");
    return parseMembers(path, {
      count,
      directory: await readAt(file, position, tail.readUInt32LE(end + 12)),
    });
  } finally {
    await file.close();
  }
}

function parseMembers(
  path: string,
  { count, directory }: { readonly count: number; readonly directory: Buffer },
): Map<string, ZipMember> {
  const members = new Map<string, ZipMember>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + memberLength > directory.length || directory.readUInt32LE(at) !== memberSignature) {
      throw damaged(path, `a directory of ${index} members where ${count} are announced`);
    }
    const nameEnd = at + memberLength + directory.readUInt16LE(at + 28);
    const name = directory.toString("utf8", at + memberLength, nameEnd);
    members.set(name, {
      name,
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    });
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

/**
 * The bytes of one member, unpacked.
 *
 * @throws INVALID_DATA when the member is damaged, as its length and its CRC-32 tell, or packed in a way that is not read
 */
export async function* readZipMember(path: string, member: ZipMember): AsyncGenerator<Uint8Array> {
  const { name, method, crc, size } = member;
  if (method !== 0 && method !== 8) throw damaged(path, `compression method ${method} for \`${name}\``);
  const start = await contentStart(path, member);
  let sum = 0;
  let received = 0;
  for await (const piece of unpacked(path, start, member)) {
    received += piece.length;
    // A directory that says less than there is must not fill the disk.
    if (received > size) break;
    sum = crc32(piece, sum);
    yield piece;
  }
  if (received !== size || sum !== crc) {
    throw damaged(path, `other content for \`${name}\` than its directory says`);
  }
}

/** A member's header repeats its name and has extra fields of its own, of which only the header knows the length. */
async function contentStart(path: string, { name, offset }: ZipMember): Promise<number> {
  const file = await open(path);
  try {
    const header = await readAt(file, offset, headerLength);
    if (header.length < headerLength || header.readUInt32LE(0) !== headerSignature) {
      throw damaged(path, `no header for \`${name}\``);
    }
    return offset + headerLength + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

async function* unpacked(
  path: string,
  start: number,
  { name, method, compressedSize }: ZipMember,
): AsyncGenerator<Uint8Array> {
  if (compressedSize === 0) return;
  const packed = createReadStream(path, { start, end: start + compressedSize - 1, highWaterMark: 1 << 20 });
  if (method === 0) {
    for await (const piece of packed) yield piece as Uint8Array;
    return;
  }
  const inflate = createInflateRaw({ chunkSize: 1 << 20 });
  // The callback has nothing to do: an error of either stream ends the loop below.
  pipeline(packed, inflate, () => {});
  try {
    for await (const piece of inflate) yield piece as Uint8Array;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !code.startsWith("Z_")) throw error;
    throw damaged(path, `\`${name}\`, which cannot be unpacked: ${message}`, error);
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.subarray(0, bytesRead);
}

function damaged(path: string, received: string, cause?: unknown): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `zip file \`${path}\`: expected an undamaged archive of at most 4 GB, got ${received}.`,
    hint: "Delete the file and fetch it again.",
    facts: { file: path, received },
    cause,
  });
}
