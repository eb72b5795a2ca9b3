import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { canonicalJson } from "./canonical-json.ts";

/** SHA-256 of several byte runs as if they were one, as 64 lower-case hexadecimal digits. */
export function hashBytes(...parts: readonly (Uint8Array | string)[]): string {
  const state = sha256.create();
  for (const part of parts) state.update(typeof part === "string" ? utf8ToBytes(part) : part);
  return bytesToHex(state.digest());
}

/** SHA-256 of a value's canonical JSON: equal values have equal hashes. */
export function hashJson(value: unknown): string {
  return hashBytes(canonicalJson(value));
}
