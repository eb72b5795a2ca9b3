import type { Examples } from "../examples.ts";

/** Features alone: whether two examples are the same is no matter of their labels. */
export type Unlabelled = Pick<Examples, "count" | "shape" | "features">;

/** Two examples that are the same or nearly so, by index. */
export interface DuplicatePair {
  readonly first: number;
  readonly second: number;
  /** 0 where every value is equal; else how far apart they are, in units of their own contrast. */
  readonly distance: number;
}

export interface Duplicates {
  /** Each example that repeats an earlier one, with the first of its kind. */
  readonly exact: readonly DuplicatePair[];
  /** The nearest first. Of examples that are equal only the first takes part. */
  readonly near: readonly DuplicatePair[];
  /** False when the search was cut short, because too many examples are alike. */
  readonly isComplete: boolean;
}

export interface SearchProgress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
}

export interface DuplicateSearchOptions {
  readonly onProgress?: ((progress: SearchProgress) => void) | undefined;
}

/** Values of one example. */
export const sizeOf = ({ shape }: Pick<Unlabelled, "shape">): number =>
  shape.reduce((product, size) => product * size, 1);

/** Height, width and channels, or undefined for what is no image. */
export function imageShapeOf({
  shape,
}: Pick<Unlabelled, "shape">): readonly [number, number, number] | undefined {
  if (shape.length !== 3) return undefined;
  const [height, width, channels] = shape as [number, number, number];
  return height >= 4 && width >= 4 && channels <= 4 ? [height, width, channels] : undefined;
}
