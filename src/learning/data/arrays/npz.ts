/** NumPy's archives of arrays: ZIP files whose members are NPY files. */
import { TunesmithError } from "../../../base/index.ts";
import type { OwnFile } from "../sources/own-file.ts";
import { readZipDirectory, readZipMember, type ZipMember } from "../zip-file.ts";
import { parseNpy, type NumberArray } from "./npy.ts";

/** No deflate stream unpacks to more: a member that claims it is not what it says. */
const largestDeflateRatio = 1032;
const stored = 0;

/** The arrays of an archive, unpacked one by one when they are asked for. */
export interface Archive {
  readonly path: string;
  readonly names: readonly string[];
  /** @throws INVALID_DATA when it is damaged, or holds anything but numbers */
  read(name: string): Promise<NumberArray>;
}

/** @throws INVALID_DATA when the file is no archive */
export async function openArchive({ path }: OwnFile): Promise<Archive> {
  const directory = await undamaged(path, () => readZipDirectory(path));
  const members = new Map(
    [...directory].filter(([name]) => name.endsWith(".npy")).map(([name, one]) => [name.slice(0, -4), one]),
  );
  if (members.size === 0) throw damaged(path, "none");
  return {
    path,
    names: [...members.keys()],
    async read(name) {
      const unpacked = await undamaged(path, () => unpack(path, members.get(name)!));
      return parseNpy(unpacked, `${path}: ${name}`);
    },
  };
}

/** Sizes are checked before memory is asked for, sizes and checksum while it is filled. */
async function unpack(path: string, member: ZipMember): Promise<Uint8Array> {
  const { name, method, compressedSize, size } = member;
  const largest = method === stored ? compressedSize : compressedSize * largestDeflateRatio;
  if (size > largest) throw damaged(path, `\`${name}\`, which claims ${size} bytes out of ${compressedSize}`);
  const bytes = new Uint8Array(size);
  let filled = 0;
  for await (const piece of readZipMember(path, member)) {
    bytes.set(piece, filled);
    filled += piece.length;
  }
  return bytes;
}

/** What is wrong with the archive, with a way out for who made it. */
async function undamaged<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const isKnown = error instanceof TunesmithError && error.code === "INVALID_DATA";
    throw isKnown ? damaged(path, String(error.facts["received"]), error) : error;
  }
}

function damaged(path: string, received: string, cause?: unknown): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `archive \`${path}\`: expected an undamaged NPZ file of arrays, got ${received}.`,
    hint: "Save the arrays again with `numpy.savez` or `numpy.savez_compressed`; for a single array say `kind: npy`.",
    facts: { path, received },
    cause,
  });
}
