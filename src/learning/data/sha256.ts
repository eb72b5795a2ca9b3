import { createHash } from "node:crypto";

/** One call of Node's hash takes less than 2 GiB. */
const pieceSizeBytes = 1 << 30;

/** SHA-256 of parts one after the other, of any length, as 64 hexadecimal digits. */
export function sha256(...parts: readonly (Uint8Array | Float32Array | Int32Array)[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of parts) {
    for (let at = 0; at < byteLength; at += pieceSizeBytes) {
      hash.update(new Uint8Array(buffer, byteOffset + at, Math.min(pieceSizeBytes, byteLength - at)));
    }
  }
  return hash.digest("hex");
}
/** SHA-256 of pieces one after the other, as they come. */
export async function sha256Of(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
