import { createHash } from "node:crypto";

import { hashJson } from "../../base/index.ts";
import { idxHeader } from "./idx.ts";

/**
 * The name of examples by their content: the hash of the SHA-256 sums of features and labels in their IDX form. The
 * sums are those of uncompressed IDX files, so a file that was just checked need not be hashed again.
 */
export function contentHash(sums: { readonly features: string; readonly labels: string }): string {
  return hashJson({ features: sums.features, labels: sums.labels });
}

/** SHA-256 of floats as they lie in memory, the lowest byte first on every machine that Node runs on. */
export function floatSum(values: Float32Array): string {
  return createHash("sha256").update(values).digest("hex");
}

/** SHA-256 of bytes as an uncompressed IDX file with these dimensions would have it. */
export function idxSum(values: Uint8Array, dimensions: readonly number[]): string {
  return createHash("sha256").update(idxHeader(dimensions)).update(values).digest("hex");
}
