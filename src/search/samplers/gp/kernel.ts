/**
 * How alike two configurations are to the model: Matérn's kernel with nu = 5/2 of a weighted distance over all dimensions.
 * A number adds the square of its difference, a category 1 where it differs: both are squared Euclidean distances (of a line,
 * and of the corners of a simplex), so the kernel is positive definite whatever the mixture. A dimension that does not matter
 * gets a small weight and drops out.
 *
 * @see Rasmussen, Williams 2006, "Gaussian Processes for Machine Learning", 4.2.1 and 5.1
 */

/** How a dimension's coordinates differ: by their difference, or only by being another. */
export type DimensionKind = "number" | "category";

/** [dimensions], coordinates of one configuration. */
export type Features = Float64Array;

/** What is learned. */
export interface KernelParameters {
  /** [dimensions], one over the squared length on which the function changes. */
  readonly weights: Float64Array;
  /** The function's variance. */
  readonly scale: number;
  /** The variance of one measurement. */
  readonly noise: number;
}

/** Of the function's mean, before anything is measured. Targets are centred on 0 with variance about 1. */
export const meanVariance = 1;

const rootFive = Math.sqrt(5);

/** The correlation at a squared weighted distance. */
export function correlation(squared: number): number {
  const r = rootFive * Math.sqrt(squared);
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

/** Its derivative by the squared distance. */
export function correlationSlope(squared: number): number {
  const r = rootFive * Math.sqrt(squared);
  return (-5 / 6) * (1 + r) * Math.exp(-r);
}

export function squaredDifference(kind: DimensionKind, a: number, b: number): number {
  return kind === "category" ? Number(a !== b) : (a - b) * (a - b);
}

export function squaredDistance(
  a: Features,
  b: Features,
  { kinds, weights }: { readonly kinds: readonly DimensionKind[]; readonly weights: Float64Array },
): number {
  let squared = 0;
  for (let dimension = 0; dimension < kinds.length; dimension++) {
    const difference = a[dimension]! - b[dimension]!;
    if (difference === 0) continue;
    squared += weights[dimension]! * (kinds[dimension] === "category" ? 1 : difference * difference);
  }
  return squared;
}
