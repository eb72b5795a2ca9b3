/**
 * The static execution plan: ordered kernel calls over one arena of floats. Pure data: it can be stored, sent, verified
 * and executed by any back end. Nothing in it depends on the instruction set, and everything that may differ between
 * trials of one architecture (rates, decays) is in slots.
 */
import type { KernelName } from "./kernels/index.ts";
import type { Layout } from "./layout.ts";

declare const bufferIdBrand: unique symbol;
/** Index into `Plan.buffers`. */
export type BufferId = number & { readonly [bufferIdBrand]: true };

/**
 * weights and state keep their content between steps and phases; temporary buffers are only valid from their first write
 * to their last read within one chunk of one phase (accumulated ones within one step), and share memory outside of that.
 */
export type BufferRegion = "weights" | "state" | "temporary";

export interface PlanBuffer {
  readonly name: string;
  readonly region: BufferRegion;
  /** Without padding. */
  readonly shape: readonly number[];
  /** How the elements lie. */
  readonly layout: Layout;
  /** Size with padding. */
  readonly floats: number;
  /** First float in the arena; a multiple of `bufferAlignment`. */
  readonly offset: number;
}

/** A kernel call. Buffers are given by id, dimensions by value, slots by index, choices by index. */
export interface KernelCall {
  readonly kernel: KernelName;
  readonly arguments: Readonly<Record<string, number>>;
}

/**
 * A step works through its batch in chunks that stay in the cache from the first layer to the last and back; gradients
 * add up over the chunks.
 */
export interface PlanPhase {
  /** Largest number of examples in one step. */
  readonly batchSize: number;
  /** Largest number of examples in one chunk. */
  readonly chunkSize: number;
  readonly calls: readonly KernelCall[];
}

/** train: one optimiser step; evaluate: loss and metrics only; measure: once after an epoch, without examples. */
export type PhaseName = "train" | "evaluate" | "measure";

export interface Plan {
  readonly buffers: readonly PlanBuffer[];
  /** Names of the doubles that calls refer to by index. */
  readonly slots: readonly string[];
  readonly phases: Readonly<Record<PhaseName, PlanPhase>>;
  readonly arenaFloats: number;
  /** Floats of the buffers that are alive at the worst moment: what no arena can be smaller than. */
  readonly liveFloats: number;
}

/** In floats: one cache line. */
export const bufferAlignment = 16;

/** In place of a buffer that a call leaves out. */
export const noBuffer = -1 as BufferId;
