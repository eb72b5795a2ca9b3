/**
 * The normal distribution that CMA-ES draws from, and how a generation changes it. Legend: n numeric coordinates, λ points of a
 * generation.
 *
 * @see Hansen 2016, "The CMA Evolution Strategy: A Tutorial", with its negative weights; Hansen 2011, "Injecting External Solutions
 *   Into CMA-ES", for points that were drawn from another distribution
 */
import { symmetricEigen, type Eigen } from "./symmetric-eigen.ts";

export interface Gaussian {
  /** [n] */
  readonly mean: Float64Array;
  /** The step size: all of the spread that the covariance leaves open. */
  readonly sigma: number;
  /** [n, n] */
  readonly covariance: Float64Array;
  readonly eigen: Eigen;
  /** [n], the evolution path of the step size. */
  readonly sigmaPath: Float64Array;
  /** [n], the evolution path of the covariance. */
  readonly covariancePath: Float64Array;
  /** [n], by how much the margin stretches each coordinate before its cell is looked up. */
  readonly stretch: Float64Array;
  /** Number of updates. */
  readonly age: number;
}

/** A point of the generation, the best one first. */
export interface Step {
  /** [n] */
  readonly point: Float64Array;
  /** [n], 0 where its configuration has no such parameter: what it says there is chance. */
  readonly active: Uint8Array;
  /** False when another distribution gave it. */
  readonly isOwn: boolean;
}

/** Learning rates and weights, by n and λ. */
interface Rates {
  /** [λ], first those that add up to 1, then negative ones. */
  readonly weights: Float64Array;
  readonly effective: number;
  readonly cSigma: number;
  readonly damping: number;
  readonly cPath: number;
  readonly c1: number;
  readonly cMu: number;
  /** The expected length of a standard normal vector. */
  readonly expectedLength: number;
}

/** Weights for recombination: positive for the better half, falling with the logarithm of the rank. */
export function recombinationWeights(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => Math.log((size + 1) / 2) - Math.log(i + 1));
}

/** How many points the weights are worth. */
function effectiveCount(weights: Float64Array): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return sum ** 2 / weights.reduce((total, weight) => total + weight ** 2, 0);
}

/** Table 1 of the tutorial. */
function ratesOf(n: number, size: number): Rates {
  const raw = recombinationWeights(size);
  const positive = raw.filter((weight) => weight > 0);
  const negative = raw.filter((weight) => weight <= 0);
  const effective = effectiveCount(positive);
  const cSigma = (effective + 2) / (n + effective + 5);
  const damping = 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + cSigma;
  const cPath = (4 + effective / n) / (n + 4 + (2 * effective) / n);
  const c1 = 2 / ((n + 1.3) ** 2 + effective);
  const cMu = Math.min(1 - c1, (2 * (0.25 + effective + 1 / effective - 2)) / ((n + 2) ** 2 + effective));
  const sum = positive.reduce((total, weight) => total + weight, 0);
  const negativeSum = -negative.reduce((total, weight) => total + weight, 0);
  const limit = Math.min(
    1 + c1 / cMu,
    1 + (2 * effectiveCount(negative)) / (effective + 2),
    (1 - c1 - cMu) / (n * cMu),
  );
  const weights = raw.map((weight) =>
    weight > 0 ? weight / sum : negativeSum > 0 ? (weight * limit) / negativeSum : 0,
  );
  const expectedLength = Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
  return { weights, effective, cSigma, damping, cPath, c1, cMu, expectedLength };
}

/** @param covariance [n, n], the identity when left out */
export function createGaussian(mean: Float64Array, sigma: number, covariance?: Float64Array): Gaussian {
  const n = mean.length;
  const matrix = covariance ?? Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  return {
    mean,
    sigma,
    covariance: matrix,
    eigen: symmetricEigen(matrix, n),
    sigmaPath: new Float64Array(n),
    covariancePath: new Float64Array(n),
    stretch: new Float64Array(n).fill(1),
    age: 0,
  };
}

/** mean + sigma * C^(1/2) z. @param normals [n], standard normal */
export function drawGaussian({ mean, sigma, eigen }: Gaussian, normals: Float64Array): Float64Array {
  const n = mean.length;
  return mean.map((centre, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += eigen.vectors[i * n + k]! * Math.sqrt(eigen.values[k]!) * normals[k]!;
    return centre + sigma * sum;
  });
}

/** C^(-1/2) y. */
function whiten({ values, vectors }: Eigen, y: Float64Array): Float64Array {
  const n = y.length;
  const white = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let along = 0;
    for (let i = 0; i < n; i++) along += vectors[i * n + k]! * y[i]!;
    along /= Math.sqrt(values[k]!);
    for (let i = 0; i < n; i++) white[i]! += vectors[i * n + k]! * along;
  }
  return white;
}

function lengthOf(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
}

/** Below, a step from near 1 is rounded by more than a thousandth of it; above, it is wider than an even spread over the unit cube, whose deviation is 0.29. */
const leastSigma = 1e-12;
const mostSigma = 0.5;
/** Of the largest eigenvalue; less is a rounding error. */
const leastEigenvalueShare = 1e-14;

/** The distribution after a generation. @param steps [λ], best first */
export function updateGaussian(before: Gaussian, steps: readonly Step[]): Gaussian {
  const { mean, sigma, eigen } = before;
  const n = mean.length;
  const { weights, effective, cSigma, damping, cPath, c1, cMu, expectedLength } = ratesOf(n, steps.length);
  const longest = Math.sqrt(n) + (2 * n) / (n + 2);
  const moves = steps.map(({ point, isOwn }) => {
    const y = point.map((x, i) => (x - mean[i]!) / sigma);
    const length = lengthOf(whiten(eigen, y));
    const share = isOwn ? 1 : Math.min(1, longest / Math.max(length, 1e-300));
    return { y: y.map((x) => x * share), length: length * share };
  });

  const moved = new Float64Array(n);
  const newMean = Float64Array.from(mean);
  for (const [i, weight] of weights.entries()) {
    if (weight <= 0) break;
    for (let j = 0; j < n; j++) {
      moved[j]! += weight * moves[i]!.y[j]!;
      if (steps[i]!.active[j] === 1) newMean[j]! += weight * sigma * moves[i]!.y[j]!;
    }
  }

  const whitened = whiten(eigen, moved);
  const sigmaPath = before.sigmaPath.map(
    (p, j) => (1 - cSigma) * p + Math.sqrt(cSigma * (2 - cSigma) * effective) * whitened[j]!,
  );
  const sigmaLength = lengthOf(sigmaPath);
  const age = before.age + 1;
  const settled = sigmaLength / Math.sqrt(1 - (1 - cSigma) ** (2 * age)) / expectedLength;
  const isSteady = settled < 1.4 + 2 / (n + 1);
  const covariancePath = before.covariancePath.map(
    (p, j) => (1 - cPath) * p + (isSteady ? Math.sqrt(cPath * (2 - cPath) * effective) * moved[j]! : 0),
  );

  // A negative weight counts against the direction, whatever the length of the step.
  const counted = weights.map((weight, i) =>
    weight >= 0 ? weight : (weight * n) / Math.max(moves[i]!.length ** 2, 1e-300),
  );
  const kept =
    1 -
    c1 * (isSteady ? 1 : 1 - cPath * (2 - cPath)) -
    cMu * weights.reduce((sum, weight) => sum + weight, 0);
  const covariance = before.covariance.map((c, entry) => {
    const row = Math.floor(entry / n);
    const column = entry % n;
    let sum = 0;
    for (const [i, weight] of counted.entries()) sum += weight * moves[i]!.y[row]! * moves[i]!.y[column]!;
    return kept * c + c1 * covariancePath[row]! * covariancePath[column]! + cMu * sum;
  });

  const growth = Math.exp(Math.min(1, (cSigma / damping) * (sigmaLength / expectedLength - 1)));
  return {
    ...before,
    mean: newMean,
    sigma: Math.min(mostSigma, Math.max(leastSigma, sigma * growth)),
    ...mended(covariance, n),
    sigmaPath,
    covariancePath,
    age,
  };
}

/** The matrix with its eigenvalues, which are kept positive. */
function mended(
  matrix: Float64Array,
  n: number,
): { readonly covariance: Float64Array; readonly eigen: Eigen } {
  const { values, vectors } = symmetricEigen(matrix, n);
  const least = leastEigenvalueShare * values.reduce((most, value) => Math.max(most, value), 0);
  if (values.every((value) => value >= least)) return { covariance: matrix, eigen: { values, vectors } };
  const positive = values.map((value) => Math.max(value, least));
  const covariance = matrix.map((_, entry) => {
    const row = Math.floor(entry / n);
    const column = entry % n;
    return positive.reduce(
      (sum, value, k) => sum + value * vectors[row * n + k]! * vectors[column * n + k]!,
      0,
    );
  });
  return { covariance, eigen: { values: positive, vectors } };
}
