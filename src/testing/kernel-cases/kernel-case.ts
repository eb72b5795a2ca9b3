/**
 * What a family of kernels says of its tests: calls over shapes that reach each branch (one example and odd counts, full
 * and partial chunks, panels of 32 columns, tails of 16, tiles across two panels, sums longer than one block), what is
 * compared, and how closely.
 */
import { RandomStream, toSeed } from "../../base/index.ts";
import type { KernelName } from "../../learning/plan/index.ts";
import type { KernelRun } from "../plan-fixture.ts";

export interface KernelCase {
  readonly name: string;
  readonly run: KernelRun;
}

export interface KernelCases {
  /**
   * Largest mean squared error of an output on the fast back ends, normalised by its mean square; about five times what
   * is measured. Rounding once to float32 costs 1e-15, a float32 sum of some hundred products ten to a hundred times as
   * much. 0: the same numbers.
   */
  readonly bound: number;
  /** What the kernel is for; its other buffers are scratch. Slots count as one. */
  readonly outputs: readonly string[];
  readonly cases: readonly KernelCase[];
}

/** The cases of some kernels. */
export type CasesOf<Name extends KernelName> = Readonly<Record<Name, KernelCases>>;

/** Examples in the step and in a chunk. */
export const batches: readonly (readonly [batch: number, chunkSize: number])[] = [
  [1, 1],
  [5, 5],
  [37, 16],
  [128, 128],
  [250, 100],
];
/** For kernels that take each row by itself. */
const smallBatches = batches.slice(0, 3);

/** Features and stride of rows. */
const rows: readonly (readonly [features: number, stride: number])[] = [
  [1, 16],
  [10, 16],
  [16, 16],
  [33, 48],
];

/** Normal numbers that float32 holds exactly. */
export function normals(length: number, name: string, scale = 1): Float64Array {
  const stream = new RandomStream(toSeed(1), "kernel cases", name);
  return Float64Array.from({ length }, (_, index) => Math.fround(stream.normal(index) * scale));
}

export const forEachShape = (
  sizes: readonly (readonly [number, number])[],
  tried: typeof batches,
  make: (batch: number, chunkSize: number, a: number, b: number) => KernelCase,
) => sizes.flatMap(([a, b]) => tried.map(([batch, chunkSize]) => make(batch, chunkSize, a, b)));

export type MakeCase = Parameters<typeof forEachShape>[2];
/** For kernels that take each row by itself. */
export const forEachRows = (make: MakeCase) => forEachShape(rows, smallBatches, make);
