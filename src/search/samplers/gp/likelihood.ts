/**
 * How badly kernel parameters explain what was measured, and which way is better: the negative logarithm of the marginal
 * likelihood with its gradient by the logarithms of the parameters.
 *
 * @see Rasmussen, Williams 2006, "Gaussian Processes for Machine Learning", equations 5.8 and 5.9
 */
import { factorise, inverseFromFactor, invertFactor, multiplyLower, multiplyTransposed } from "./cholesky.ts";
import type { Measurements } from "./gaussian-process.ts";
import {
  correlation,
  correlationSlope,
  meanVariance,
  squaredDifference,
  type KernelParameters,
} from "./kernel.ts";
import type { Smooth } from "./minimise.ts";

/** [dimensions + 2], logarithms: of the weights, of the scale, of the noise. */
export type LogParameters = Float64Array;

export function parametersOf(logarithms: LogParameters): KernelParameters {
  const dimensions = logarithms.length - 2;
  return {
    weights: logarithms.subarray(0, dimensions).map(Math.exp),
    scale: Math.exp(logarithms[dimensions]!),
    noise: Math.exp(logarithms[dimensions + 1]!),
  };
}

/** The distances are worked out once and used for all parameters. */
export function negativeLogLikelihood({ kinds, rows, targets, repeats }: Measurements): Smooth {
  const n = rows.length;
  const pairs = (n * (n - 1)) / 2;
  const differences = kinds.map((kind, dimension) => {
    const squares = new Float64Array(pairs);
    let pair = 0;
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < row; column++) {
        squares[pair++] = squaredDifference(kind, rows[row]![dimension]!, rows[column]![dimension]!);
      }
    }
    return squares;
  });
  const squared = new Float64Array(pairs);
  const solved = new Float64Array(n);
  const alpha = new Float64Array(n);

  return (logarithms, gradient) => {
    const { weights, scale, noise } = parametersOf(logarithms);
    squared.fill(0);
    for (const [dimension, squares] of differences.entries()) {
      const weight = weights[dimension]!;
      for (let pair = 0; pair < pairs; pair++) squared[pair]! += weight * squares[pair]!;
    }
    const factor = new Float64Array(n * n);
    for (let row = 0, pair = 0; row < n; row++) {
      for (let column = 0; column < row; column++) {
        factor[row * n + column] = meanVariance + scale * correlation(squared[pair++]!);
      }
      factor[row * n + row] = meanVariance + scale + noise / repeats[row]!;
    }
    if (!factorise(factor, n)) return Infinity;
    const inverseFactor = invertFactor(factor, n);
    multiplyLower(inverseFactor, targets, solved);
    multiplyTransposed(inverseFactor, solved, alpha);
    const inverse = inverseFromFactor(inverseFactor, n);
    let value = 0.5 * n * Math.log(2 * Math.PI);
    // The derivative by each entry of the covariance is half of (inverse - alpha alpha'); entries off the diagonal count twice.
    let byScale = 0;
    let byNoise = 0;
    for (let row = 0, pair = 0; row < n; row++) {
      value += 0.5 * solved[row]! * solved[row]! + Math.log(factor[row * n + row]!);
      const own = 0.5 * (inverse[row * n + row]! - alpha[row]! * alpha[row]!);
      byScale += own;
      byNoise += own / repeats[row]!;
      for (let column = 0; column < row; column++, pair++) {
        const entry = inverse[row * n + column]! - alpha[row]! * alpha[column]!;
        byScale += entry * correlation(squared[pair]!);
        squared[pair] = entry * scale * correlationSlope(squared[pair]!);
      }
    }
    for (const [dimension, squares] of differences.entries()) {
      let sum = 0;
      for (let pair = 0; pair < pairs; pair++) sum += squared[pair]! * squares[pair]!;
      gradient[dimension] = weights[dimension]! * sum;
    }
    gradient[kinds.length] = scale * byScale;
    gradient[kinds.length + 1] = noise * byNoise;
    return value;
  };
}
