/** NumPy's archives of arrays: ZIP files whose members are NPY files. */
import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";

import { unzipSync, type UnzipFileInfo } from "fflate";

import { TunesmithError } from "../../../base/index.ts";
import type { OwnFile } from "../sources/own-file.ts";
import { parseNpy, type NumberArray } from "./npy.ts";

/** No deflate stream unpacks to more: a member that claims it is not what it says. */
const largestDeflateRatio = 1032;
const largestMemberBytes = 2 ** 32;
const stored = 0;

/** The arrays of an archive, unpacked one by one when they are asked for. */
export interface Archive {
  readonly path: string;
  readonly names: readonly string[];
  /** @throws INVALID_DATA when it is damaged, or holds anything but numbers */
  read(name: string): NumberArray;
}

/** @throws INVALID_DATA when the file is no archive */
export async function openArchive({ path }: OwnFile): Promise<Archive> {
  const bytes = await readFile(path);
  const members = new Map<string, UnzipFileInfo>();
  const unzip = (filter: (member: UnzipFileInfo) => boolean) => {
    try {
      return unzipSync(bytes, { filter });
    } catch (cause) {
      throw damaged(path, (cause as Error).message, cause);
    }
  };
  unzip((member) => {
    if (member.name.endsWith(".npy")) members.set(member.name.slice(0, -4), member);
    return false;
  });
  if (members.size === 0) throw damaged(path, "none");
  return {
    path,
    names: [...members.keys()],
    read(name) {
      const { name: file, size, originalSize, compression } = members.get(name)!;
      const largest =
        compression === stored ? size : Math.min(size * largestDeflateRatio, largestMemberBytes);
      if (originalSize > largest) {
        throw damaged(path, `\`${file}\`, which claims ${originalSize} bytes out of ${size}`);
      }
      // What is more than it claims falls beside the memory for it, and what is less is seen by the checksum.
      const unpacked = unzip((member) => member.name === file)[file]!;
      if (crc32(unpacked) !== checksumOf(bytes, file)) {
        throw damaged(path, `\`${file}\`, which does not have its checksum`);
      }
      return parseNpy(unpacked, `${path}: ${name}`);
    },
  };
}

/** Of a member, from the directory at the file's end: the unpacking does not look at it. */
function checksumOf(bytes: Buffer, file: string): number | undefined {
  const entry = "PK\x01\x02";
  for (
    let at = bytes.lastIndexOf(entry, undefined, "latin1");
    at > 0;
    at = bytes.lastIndexOf(entry, at - 1, "latin1")
  ) {
    const name = bytes.subarray(at + 46, at + 46 + bytes.readUInt16LE(at + 28));
    if (name.toString("utf8") === file || name.toString("latin1") === file)
      return bytes.readUInt32LE(at + 16);
  }
  return undefined;
}

function damaged(path: string, received: string, cause?: unknown): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `archive \`${path}\`: expected an undamaged NPZ file of arrays, got ${received}.`,
    hint: "Save the arrays again with `numpy.savez` or `numpy.savez_compressed`; for a single array say `kind: npy`.",
    facts: { path, received },
    cause,
  });
}
