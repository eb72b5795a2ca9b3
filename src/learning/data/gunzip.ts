import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

import { TunesmithError } from "../../base/index.ts";

/** Few large pieces: the cost per piece is a turn of the event loop. */
const pieceSizeBytes = 1 << 20;

async function* startingWith(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

async function* inPieces(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/**
 * The bytes themselves, or, when they start as gzip does, what they unpack to.
 *
 * @throws INVALID_DATA when the compression is damaged, ends early, or is followed by anything else.
 */
export async function* gunzipped(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  const pieces = inPieces(chunks);
  let start: Uint8Array = new Uint8Array(0);
  while (start.length < 2) {
    const next = await pieces.next();
    if (next.done === true) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  const whole = startingWith(start, pieces);
  if (start[0] !== 0x1f || start[1] !== 0x8b) {
    yield* whole;
    return;
  }
  const gunzip = createGunzip({ chunkSize: pieceSizeBytes });
  let receivedBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of whole) {
      receivedBytes += piece.length;
      yield piece;
    }
  }
  // The callback has nothing to do: an error of either stream ends the loop below.
  pipeline(Readable.from(counted(), { objectMode: false }), gunzip, () => {});
  try {
    for await (const piece of gunzip) yield piece as Uint8Array;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !code.startsWith("Z_")) throw error;
    throw damaged(
      name,
      code === "Z_BUF_ERROR" ? "a file that ends too early" : (error as Error).message,
      error,
    );
  }
  if (gunzip.bytesWritten !== receivedBytes) throw damaged(name, "other bytes after its end");
}

function damaged(name: string, received: string, cause?: unknown): TunesmithError {
  return new TunesmithError("INVALID_DATA", {
    message: `gzip file \`${name}\`: expected one undamaged gzip stream, got ${received}.`,
    hint: "Delete the file and fetch it again.",
    facts: { file: name, received },
    cause,
  });
}
