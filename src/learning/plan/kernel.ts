/**
 * What a kernel is to everybody but its own code: a name and an ordered list of arguments. The table of all kernels is
 * `kernels/index.ts`; the encoder, the verifier, the C header and the reference back end all follow it.
 */

/** Every dimension argument of a call, and as `batch` the chunk size of its phase. */
export type Dimensions = Readonly<Record<string, number>>;

/** A region of the arena. `floats` tells how much of it the kernel may touch. */
export interface BufferArgument {
  readonly kind: "buffer";
  /**
   * `update` reads the old content and writes the new. `accumulate` writes in the first chunk of a step and adds in the
   * later ones, so the content must last from chunk to chunk.
   */
  readonly access: "read" | "write" | "update" | "accumulate";
  readonly floats: (dimensions: Dimensions) => number;
  /** A call may leave it out; the kernel then gets -1. */
  readonly isOptional: boolean;
}

export interface DimensionArgument {
  readonly kind: "dimension";
  readonly least: 0 | 1;
}

/** Consecutive doubles, from the one whose index is given; they hold what changes from step to step. */
export interface SlotArgument {
  readonly kind: "slot";
  readonly count: (dimensions: Dimensions) => number;
}

/** One of several behaviours, passed as its index. */
export interface ChoiceArgument {
  readonly kind: "choice";
  readonly names: readonly string[];
}

export type KernelArgument = BufferArgument | DimensionArgument | SlotArgument | ChoiceArgument;

export interface KernelSignature {
  /** Most kernels run for every chunk of a step's batch; those that need all of it run in the last one alone. */
  readonly runs: "each-chunk" | "last-chunk";
  readonly arguments: Readonly<Record<string, KernelArgument>>;
}

type Size = BufferArgument["floats"];

export const reads = (floats: Size): BufferArgument => ({
  kind: "buffer",
  access: "read",
  floats,
  isOptional: false,
});
export const writes = (floats: Size): BufferArgument => ({
  kind: "buffer",
  access: "write",
  floats,
  isOptional: false,
});
export const updates = (floats: Size): BufferArgument => ({
  kind: "buffer",
  access: "update",
  floats,
  isOptional: false,
});
export const accumulates = (floats: Size): BufferArgument => ({
  kind: "buffer",
  access: "accumulate",
  floats,
  isOptional: false,
});
export const optional = (argument: BufferArgument): BufferArgument => ({ ...argument, isOptional: true });
/** A size: at least 1. */
export const dimension: DimensionArgument = { kind: "dimension", least: 1 };
/** A distance, which may be 0. */
export const distance: DimensionArgument = { kind: "dimension", least: 0 };
export const slots = (count: number | SlotArgument["count"]): SlotArgument => ({
  kind: "slot",
  count: typeof count === "number" ? () => count : count,
});
export const choice = (...names: readonly string[]): ChoiceArgument => ({ kind: "choice", names });
