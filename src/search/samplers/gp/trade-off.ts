/**
 * Several objectives as one surface: the expected improvement of a weighted largest loss, with other weights for every
 * proposal, so that the proposals move along the whole front. The expectation is the mean over fixed normal samples.
 *
 * @see Knowles 2006, "ParEGO: A Hybrid Algorithm With On-Line Landscape Approximation for Expensive Multiobjective Optimization
 *   Problems", for the weighting; its one model of the weighted loss is replaced by one model per objective
 */
import type { Surface } from "./acquisition.ts";
import type { GaussianProcess, PredictionSlopes } from "./gaussian-process.ts";

export interface TradeOff {
  readonly models: readonly GaussianProcess[];
  /** [objectives], adding up to 1. */
  readonly weights: readonly number[];
  /** [objectives], the least and the largest target that count as 0 and 1. */
  readonly ranges: readonly { readonly low: number; readonly high: number }[];
  /** [samples][objectives], standard normal. */
  readonly samples: readonly Float64Array[];
}

/** The share of the weighted sum, which tells apart what the largest loss does not. */
const sumShare = 0.05;
/** Over which an improvement turns from none to some, in weighted losses. */
const smoothness = 0.01;

/** The weighted loss of targets. */
export function weightedLoss(
  targets: ArrayLike<number>,
  { weights, ranges }: Pick<TradeOff, "weights" | "ranges">,
): number {
  return weighed(targets, { weights, ranges }).value;
}

function weighed(targets: ArrayLike<number>, { weights, ranges }: Pick<TradeOff, "weights" | "ranges">) {
  let largest = -Infinity;
  let which = 0;
  let sum = 0;
  for (const [objective, weight] of weights.entries()) {
    const { low, high } = ranges[objective]!;
    const part = (weight * (targets[objective]! - low)) / (high - low);
    sum += part;
    if (part > largest) [largest, which] = [part, objective];
  }
  return { value: largest + sumShare * sum, which };
}

/** @param best the least weighted loss so far */
export function tradeOffSurface(tradeOff: TradeOff, best: number, dimensions: number): Surface {
  const { models, weights, ranges, samples } = tradeOff;
  const slopes = models.map((): PredictionSlopes => ({
    mean: new Float64Array(dimensions),
    variance: new Float64Array(dimensions),
  }));
  const logarithms = new Float64Array(samples.length);
  const targets = new Float64Array(models.length);
  const byMean = new Float64Array(models.length);
  const byDeviation = new Float64Array(models.length);
  return (at, gradient) => {
    const predictions = models.map((model, k) =>
      model.predict(at, gradient === undefined ? undefined : slopes[k]),
    );
    const deviations = predictions.map(({ variance }) => Math.sqrt(variance));
    const rates = new Float64Array(samples.length);
    const which = new Int32Array(samples.length);
    for (const [s, sample] of samples.entries()) {
      for (const [k, { mean }] of predictions.entries()) targets[k] = mean + deviations[k]! * sample[k]!;
      const loss = weighed(targets, tradeOff);
      const x = (best - loss.value) / smoothness;
      // log(1 + exp x), and the logarithm of that: e^x itself where nothing else is left.
      const soft = x > 30 ? x : Math.log1p(Math.exp(x));
      logarithms[s] = x < -30 ? x : Math.log(soft);
      rates[s] = x < -30 ? 1 : 1 / ((1 + Math.exp(-x)) * soft);
      which[s] = loss.which;
    }
    const largest = logarithms.reduce((most, one) => Math.max(most, one));
    const total = logarithms.reduce((sum, one) => sum + Math.exp(one - largest), 0);
    if (gradient !== undefined) {
      byMean.fill(0);
      byDeviation.fill(0);
      for (const [s, sample] of samples.entries()) {
        const share = (-rates[s]! / smoothness) * (Math.exp(logarithms[s]! - largest) / total);
        for (const [k, weight] of weights.entries()) {
          const { low, high } = ranges[k]!;
          const rate = (share * weight * (Number(which[s] === k) + sumShare)) / (high - low);
          byMean[k]! += rate;
          byDeviation[k]! += rate * sample[k]!;
        }
      }
      gradient.fill(0);
      for (const [k, { mean, variance }] of slopes.entries()) {
        const half = byDeviation[k]! / (2 * deviations[k]!);
        for (let i = 0; i < dimensions; i++) gradient[i]! += byMean[k]! * mean[i]! + half * variance[i]!;
      }
    }
    return largest + Math.log((total * smoothness) / samples.length);
  };
}
