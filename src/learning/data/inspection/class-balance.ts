import type { Examples } from "../examples.ts";

export interface ClassBalance {
  /** The largest class's share of the smallest one's; of classes that have any examples. */
  readonly ratio: number;
  /**
   * How many classes of equal size would be as hard to tell apart by guessing: e to the entropy of the classes' shares.
   */
  readonly effectiveClasses: number;
}

/** [classes] */
export function countClasses(
  labels: Examples["labels"],
  { indices, classes }: { readonly indices: Int32Array; readonly classes: number },
): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const index of indices) counts[labels[index]!]! += 1;
  return counts;
}

export function balanceOf(counts: readonly number[]): ClassBalance {
  const present = counts.filter((count) => count > 0);
  const total = present.reduce((sum, count) => sum + count, 0);
  const entropy = present.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  return {
    ratio: Math.max(...present) / Math.min(...present),
    effectiveClasses: Math.exp(entropy),
  };
}
