/** What is maximised to find the next configuration: each a surface over features, in logarithms, so that they add up. */
import type { GaussianProcess, PredictionSlopes } from "./gaussian-process.ts";
import type { Features } from "./kernel.ts";
import { logCumulative, logImprovement } from "./log-improvement.ts";

/** The value at features; writes the gradient when it is asked for. */
export type Surface = (at: Features, gradient?: Float64Array) => number;

/** The expected improvement over `best`, which is a target of the model. */
export function improvementSurface(model: GaussianProcess, best: number, dimensions: number): Surface {
  const slopes = emptySlopes(dimensions);
  return (at, gradient) => {
    const { mean, variance } = model.predict(at, gradient === undefined ? undefined : slopes);
    const deviation = Math.sqrt(variance);
    const z = (best - mean) / deviation;
    const { value, slope } = logImprovement(z);
    if (gradient !== undefined) {
      const byDeviation = (1 - z * slope) / (2 * variance);
      for (let i = 0; i < dimensions; i++) {
        gradient[i] = (-slope / deviation) * slopes.mean[i]! + byDeviation * slopes.variance[i]!;
      }
    }
    return Math.log(deviation) + value;
  };
}

/** The probability that what the model is about, one measurement of it, is at most `bound`. */
export function belowSurface(model: GaussianProcess, bound: number, dimensions: number): Surface {
  const slopes = emptySlopes(dimensions);
  return (at, gradient) => {
    const { mean, variance } = model.predict(at, gradient === undefined ? undefined : slopes);
    const deviation = Math.sqrt(variance);
    const z = (bound - mean) / deviation;
    const { value, slope } = logCumulative(z);
    if (gradient !== undefined) {
      for (let i = 0; i < dimensions; i++) {
        gradient[i] = -slope * (slopes.mean[i]! / deviation + (z * slopes.variance[i]!) / (2 * variance));
      }
    }
    return value;
  };
}

export function sumOf(surfaces: readonly Surface[], dimensions: number): Surface {
  const part = new Float64Array(dimensions);
  return (at, gradient) => {
    gradient?.fill(0);
    let sum = 0;
    for (const surface of surfaces) {
      sum += surface(at, gradient === undefined ? undefined : part);
      if (gradient !== undefined) for (let i = 0; i < dimensions; i++) gradient[i]! += part[i]!;
    }
    return sum;
  };
}

function emptySlopes(dimensions: number): PredictionSlopes {
  return { mean: new Float64Array(dimensions), variance: new Float64Array(dimensions) };
}
