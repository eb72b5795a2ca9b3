import type { PhaseName, Plan } from "../plan/index.ts";
import type { PeakLoop } from "./peak-loop.ts";

export const backendNames = ["native", "wasm", "reference"] as const;

/** native: C on the machine's vector units; wasm: the same C in WebAssembly; reference: TypeScript in float64. */
export type BackendName = (typeof backendNames)[number];

/** Where plans are executed. Two runtimes of one back end, instruction set and build give the same bits. */
export interface Runtime {
  readonly backend: BackendName;
  /** For example `avx512`, `relaxed-simd`, `float64`. */
  readonly instructionSet: string;
  /** Names the kernels' sources: bits may change when it does. */
  readonly build: string;
  /** Lays out the plan's arena, filled with zeros, beside the examples that its batches are gathered from. */
  createExecutor(plan: Plan, examples: BatchSource): Executor;
  /** Runs `iterations` rounds of the multiply-add loop that measures the peak. Absent where that means nothing. */
  readonly peak?: PeakLoop;
}

/** What a batch is gathered from; a data set's examples, or a few made up by a test. */
export interface BatchSource {
  /** [count, ...shape] */
  readonly features: Uint8Array | Float32Array;
  /** [count], each the index of a class, or [count, outputs], values to predict. */
  readonly labels: Uint8Array | Float32Array;
  /** Indices of the examples that others may be mixed with. Defaults to none: then nothing is mixed. */
  readonly partners?: Int32Array | undefined;
}

export interface ExecuteOptions {
  /** Indices of examples; batches are consecutive pieces of it. */
  readonly order: Int32Array;
  /** The part of the order to work through: [first, end). */
  readonly first: number;
  readonly end: number;
  /** Stop after the step in which this slot is not finite; -1 for none. */
  readonly watchedSlot: number;
  /** A value for each step, written to the slot before it: a schedule. At most `mostRates`. */
  readonly rates?: { readonly slot: number; readonly values: Float64Array } | undefined;
}

/** How many steps one call can have rates for. */
export const mostRates = 4096;

/** One plan in one arena. */
export interface Executor {
  readonly arena: Float32Array | Float64Array;
  readonly slots: Float64Array;
  /** Executes one step per batch, or a single step without examples when the range is empty; returns the steps done. */
  execute(phase: PhaseName, options: ExecuteOptions): number;
}
