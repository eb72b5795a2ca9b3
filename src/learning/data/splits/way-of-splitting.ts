/** Some examples chosen out of others, by index. */
export interface Part {
  readonly taken: Int32Array;
  /** The others, in their order. */
  readonly rest: Int32Array;
}

/**
 * One way of choosing which examples go into which split. Every method is a function of the order that it is given, which
 * holds each index once; the seed is in that order.
 */
export interface WayOfSplitting {
  /** As near to `size` of the examples as it can be, at least one, and never all of them. */
  part(order: Int32Array, size: number): Part;
  /** As `part`, but fewer are always the first of more. */
  first(order: Int32Array, size: number): Int32Array;
  /** One of `folds` parts that are of nearly the same size and hold all examples together. */
  fold(order: Int32Array, which: Fold): Int32Array;
}

export interface Fold {
  readonly folds: number;
  /** Counted from 0. */
  readonly fold: number;
}

/** The indices of `order` that are not `taken`, in its order. */
export function without(order: Int32Array, taken: Int32Array): Int32Array {
  const isTaken = new Uint8Array(order.reduce((most, index) => Math.max(most, index), -1) + 1);
  for (const index of taken) isTaken[index] = 1;
  return order.filter((index) => isTaken[index] === 0);
}

/** The order dealt out like cards: sizes differ by at most one. */
export function dealt(order: Int32Array, { folds, fold }: Fold): Int32Array {
  return order.filter((_, place) => place % folds === fold);
}
