import type { BatchSource } from "../runtime.ts";

/** A kernel call with its arguments looked up. Optional buffers that the call leaves out are absent. */
export interface ReferenceCall {
  readonly buffers: Readonly<Record<string, Float64Array>>;
  readonly slots: Readonly<Record<string, Float64Array>>;
  /** Dimensions and choices by name. */
  readonly values: Readonly<Record<string, number>>;
  /** Examples in this chunk. */
  readonly batch: number;
  /** Examples in the step's whole batch. */
  readonly stepBatch: number;
  /** The chunk's first example counted within the step. */
  readonly chunkStart: number;
  readonly isFirstChunk: boolean;
  readonly isLastChunk: boolean;
  readonly examples: BatchSource;
  /** [batch] */
  readonly order: Int32Array;
  /** [stepBatch] */
  readonly stepOrder: Int32Array;
}

export type ReferenceKernel = (call: ReferenceCall) => void;
