/**
 * The logarithm of the expected improvement and its slopes, right also where the improvement itself is too small for a
 * number: far from the best point the surface then still says which way to go.
 *
 * With z = (best - mean) / deviation the expected improvement is deviation * h(z), h(z) = density(z) + z * cumulative(z).
 *
 * @see Ament, Daulton, Eriksson, Balandat, Bakshy 2023, "Unexpected Improvements to Expected Improvement for Bayesian Optimization"
 */
import { normalCumulative } from "../../../base/index.ts";

const logRootTwoPi = 0.5 * Math.log(2 * Math.PI);

/** A value and its derivative. */
export interface Sloped {
  readonly value: number;
  readonly slope: number;
}

/** log h(z) and its derivative, cumulative(z) / h(z). */
export function logImprovement(z: number): Sloped {
  if (z < -2.5) {
    const { rest, ratio } = millsRatio(-z);
    return { value: -0.5 * z * z - logRootTwoPi + Math.log(rest * ratio), slope: 1 / rest };
  }
  const density = Math.exp(-0.5 * z * z - logRootTwoPi);
  const cumulative = normalCumulative(z);
  const h = density + z * cumulative;
  return { value: Math.log(h), slope: cumulative / h };
}

/** log cumulative(z) and its derivative, density(z) / cumulative(z). */
export function logCumulative(z: number): Sloped {
  if (z < -2.5) {
    const { ratio } = millsRatio(-z);
    return { value: -0.5 * z * z - logRootTwoPi + Math.log(ratio), slope: 1 / ratio };
  }
  const cumulative = normalCumulative(z);
  // Close to 1, its distance from 1 is what counts.
  if (z > 2.5) {
    const beyond = Math.exp(logCumulative(-z).value);
    return { value: Math.log1p(-beyond), slope: Math.exp(-0.5 * z * z - logRootTwoPi) / cumulative };
  }
  return { value: Math.log(cumulative), slope: Math.exp(-0.5 * z * z - logRootTwoPi) / cumulative };
}

/**
 * The tail beyond x divided by the density there, 1 / (x + rest), by Laplace's continued fraction. 1 - x * ratio, which
 * h needs, is rest * ratio: nothing is subtracted.
 */
function millsRatio(x: number): { readonly rest: number; readonly ratio: number } {
  let fraction = x;
  for (let k = 80; k >= 2; k--) fraction = x + k / fraction;
  const rest = 1 / fraction;
  return { rest, ratio: 1 / (x + rest) };
}
