import { allocateBytes } from "./allocate-bytes.ts";
import type { Examples } from "./examples.ts";

/** Copies of the examples at `indices`, in that order. */
export function takeExamples({ count, shape, features, labels }: Examples, indices: Int32Array): Examples {
  return {
    count: indices.length,
    shape,
    features: takeRows(features, { rows: count, indices }),
    labels: takeRows(labels, { rows: count, indices }),
  };
}

function takeRows(
  values: Uint8Array | Float32Array,
  { rows, indices }: { readonly rows: number; readonly indices: Int32Array },
): Uint8Array | Float32Array {
  const length = values.length / rows;
  const sizeBytes = indices.length * length * values.BYTES_PER_ELEMENT;
  const { buffer } = allocateBytes(
    sizeBytes,
    "copies of the examples on both sides of a held-out test split",
  );
  const out = values instanceof Uint8Array ? new Uint8Array(buffer) : new Float32Array(buffer);
  let start = 0;
  while (start < indices.length) {
    // Neighbours are copied at once.
    let end = start + 1;
    while (end < indices.length && indices[end] === indices[end - 1]! + 1) end += 1;
    const row = indices[start]!;
    out.set(values.subarray(row * length, (row + end - start) * length), start * length);
    start = end;
  }
  return out;
}
