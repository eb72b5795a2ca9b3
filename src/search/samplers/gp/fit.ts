/**
 * Kernel parameters from measurements: the most probable ones. What few measurements do not say is said by priors, which keep
 * lengths near the size of the space: neither does one bend at every point nor is a parameter dismissed before it was varied.
 *
 * @see Rasmussen, Williams 2006, "Gaussian Processes for Machine Learning", 5.4; the shape of the priors on weights and scale is
 *   that of Optuna's `GPSampler`
 */
import type { Measurements } from "./gaussian-process.ts";
import { negativeLogLikelihood, type LogParameters } from "./likelihood.ts";
import { minimise } from "./minimise.ts";

/** The most probable parameters. */
export interface Fit {
  readonly point: LogParameters;
  /** The negative logarithm of their probability and that of the targets, but for a constant. */
  readonly value: number;
}

/** What is believed of the logarithm of the noise before it shows. */
export interface NoiseBelief {
  readonly centre: number;
  readonly deviation: number;
}

export interface FitOptions {
  readonly noise: NoiseBelief;
  /** Parameters of a fit to some of the measurements. */
  readonly from?: LogParameters;
  /** Looks from the centre of the beliefs as well, and longer. */
  readonly isCold: boolean;
}

/** The variance of noise is mostly small compared with that of the losses. Two powers of ten either way are likely. */
export const littleNoise: NoiseBelief = { centre: Math.log(1e-4), deviation: 2.5 };

/** Least and most of weights, scale and noise. */
const limits = { weight: [1e-6, 1e4], scale: [1e-2, 1e2], noise: [1e-6, 10] } as const;

/** How strongly weights away from 1 are disbelieved: large ones, whose lengths are short, and small ones. */
const againstLarge = 0.1;
const againstSmall = 0.1;

const coldEvaluations = 40;
const warmEvaluations = 20;
/** Of the gradient of the logarithm of the probability: below, nothing that matters changes. */
const tolerance = 0.02;

export function fit(measured: Measurements, { noise, from, isCold }: FitOptions): Fit {
  const dimensions = measured.kinds.length;
  const likelihood = negativeLogLikelihood(measured);
  const bounds = [...measured.kinds.map(() => limits.weight), limits.scale, limits.noise];
  const low = Float64Array.from(bounds, ([least]) => Math.log(least));
  const high = Float64Array.from(bounds, ([, most]) => Math.log(most));
  const negativeLogPosterior = (point: Float64Array, gradient: Float64Array) =>
    likelihood(point, gradient) + addPriors(point, gradient, noise);
  const [centre, short] = startsOf(dimensions, noise);
  const starts = from === undefined ? [centre, short] : isCold ? [from, centre] : [from];
  const evaluations = isCold ? coldEvaluations : warmEvaluations;
  const found = starts.map((start) =>
    minimise(negativeLogPosterior, start, { low, high, evaluations, tolerance }),
  );
  return found.reduce((best, one) => (one.value < best.value ? one : best));
}

/** The negative logarithm of the priors, but for constants; adds their gradient. */
function addPriors(point: LogParameters, gradient: Float64Array, noise: NoiseBelief): number {
  const dimensions = point.length - 2;
  let value = 0;
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const large = againstLarge * Math.exp(point[dimension]!);
    const small = againstSmall * Math.exp(-point[dimension]!);
    value += large + small;
    gradient[dimension]! += large - small;
  }
  // Gamma(2, 1).
  const scale = Math.exp(point[dimensions]!);
  value += scale - point[dimensions]!;
  gradient[dimensions]! += scale - 1;
  const off = (point[dimensions + 1]! - noise.centre) / noise.deviation;
  value += 0.5 * off * off;
  gradient[dimensions + 1]! += off / noise.deviation;
  return value;
}

/** From the size of the space, and from shorter lengths, where a function of many bends is found. */
function startsOf(dimensions: number, noise: NoiseBelief): readonly [LogParameters, LogParameters] {
  const start = (weight: number) =>
    Float64Array.from({ length: dimensions + 2 }, (_, index) =>
      index < dimensions ? Math.log(weight) : index === dimensions ? 0 : noise.centre,
    );
  return [start(1), start(10)];
}
