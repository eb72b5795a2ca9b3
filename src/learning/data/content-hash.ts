import { hashJson, type Json } from "../../base/index.ts";
import type { Examples } from "./examples.ts";
import { idxHeader } from "./idx.ts";
import { sha256 } from "./sha256.ts";

/**
 * The name of examples by their content: the hash of the SHA-256 sums of features and labels in their IDX form. The
 * sums are those of uncompressed IDX files, so a file that was just checked need not be hashed again.
 */
export function contentHash(sums: { readonly features: string; readonly labels: string }): string {
  return hashJson({ features: sums.features, labels: sums.labels });
}

/** SHA-256 of floats as they lie in memory, the lowest byte first on every machine that Node runs on. */
export function floatSum(values: Float32Array): string {
  return sha256(values);
}

/** SHA-256 of bytes as an uncompressed IDX file with these dimensions would have it. */
export function idxSum(values: Uint8Array, dimensions: readonly number[]): string {
  return sha256(idxHeader(dimensions), values);
}

export interface ArraysContent {
  readonly features: Uint8Array | Float32Array;
  readonly labels: Uint8Array | Float32Array;
  readonly groups?: Int32Array;
  /** What the numbers mean: the example's shape, names of columns, categories and classes. */
  readonly meaning: Json;
}

/** The name of examples that come from no IDX file. */
export function arraysHash({ features, labels, groups, meaning }: ArraysContent): string {
  return hashJson({
    meaning,
    features: memorySum(features),
    labels: memorySum(labels),
    ...(groups === undefined ? {} : { groups: memorySum(groups) }),
  });
}

function memorySum(values: Uint8Array | Float32Array | Int32Array): string {
  return `${values.constructor.name}:${sha256(values)}`;
}

/** The content hash of examples that are in no file: the values alone, in their order. */
export function hashOfExamples({ features, labels }: Pick<Examples, "features" | "labels">): string {
  return contentHash({ features: sumOf(features), labels: sumOf(labels) });
}

function sumOf(values: Uint8Array | Float32Array): string {
  return values instanceof Uint8Array ? idxSum(values, [values.length]) : floatSum(values);
}
