/**
 * Where a learning curve ends, from its own points: an average over shapes that curves have, each fitted as a Bayesian linear
 * model y(t) = c + a s(t), and weighted by how well it foretells the points that are there.
 *
 *     shape          s(t)              what it is for
 *     power law      t^-b              slow improvement that never quite ends
 *     exponential    exp(-t / tau)     quick improvement to a floor
 *     last seen      0                 has converged, or never learns
 *
 * Late points count more than early ones, since the first steps of a training follow laws of their own. What no shape covers,
 * such as overfitting, is allowed for by a variance that grows with the distance.
 *
 * @see Domhan, Springenberg, Hutter 2015, "Speeding up Automatic Hyperparameter Optimization of Deep Neural Networks by
 * Extrapolation of Learning Curves", for the idea; closed forms take the place of its Markov chains
 */
import type { StudentGuess } from "./student-mixture.ts";

/** A point with a finite loss. */
interface Point {
  readonly step: number;
  readonly loss: number;
}

const powers = [0.25, 0.5, 1, 2];
/** Times in which an exponential falls to 1 / e, as parts of the full length. */
const times = [0.05, 0.1, 0.2, 0.5, 1];

/** The noise that is expected before the points tell: a fiftieth of the curve's range, believed like two points. */
const noiseDeviation = 0.02;
const priorDegrees = 2;
/** How far c and a may be from zero, in variances of the noise: as far as the curve's range. */
const coefficientVariance = 1 / noiseDeviation ** 2;
/** The part of a late step's squared change that each step ahead adds to the variance. */
const drift = 0.02;

/**
 * The loss at step `length` as a mixture of one guess per shape, whose weights add to 1.
 *
 * @param points two at least, ordered by step, the last before `length`
 */
export function extrapolateCurve(points: readonly Point[], length: number): StudentGuess[] {
  const last = points.at(-1)!;
  const losses = points.map(({ loss }) => loss);
  const range = Math.max(...losses) - Math.min(...losses);
  const unit = range > 0 ? range : Math.max(Math.abs(last.loss), 1e-12) * 1e-6;
  const values = points.map(({ loss }) => (loss - last.loss) / unit);
  const weights = points.map(({ step }) => step / last.step);
  const ahead = length - last.step;
  const wander = drift * ahead * meanSquaredStep(points, unit);

  const fits = [
    ...powers.map((power) => (step: number) => step ** -power),
    ...times.map((time) => (step: number) => Math.exp(-step / (time * length))),
    () => 0,
  ].map((shape) => {
    const first = shape(points[0]!.step);
    const atEnd = shape(last.step);
    const span = first - atEnd;
    // 1 at the first point and 0 at the last, so that a is the whole fall so far, whatever the shape.
    const scaled = (step: number) => (span === 0 ? 0 : (shape(step) - atEnd) / span);
    return fitLine(
      points.map(({ step }) => scaled(step)),
      { values, weights, at: scaled(length) },
    );
  });
  const best = Math.max(...fits.map(({ logEvidence }) => logEvidence));
  const shares = fits.map(({ logEvidence }) => Math.exp(logEvidence - best));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return fits.map(({ location, variance, degrees }, index) => ({
    location: last.loss + unit * location,
    scale: unit * Math.sqrt(variance + wander),
    degrees,
    weight: shares[index]! / total,
  }));
}

/** How much one step changes a curve, squared, in units, late steps counting more. */
function meanSquaredStep(points: readonly Point[], unit: number): number {
  let sum = 0;
  let total = 0;
  for (let index = 1; index < points.length; index++) {
    const [before, here] = [points[index - 1]!, points[index]!];
    const change = (here.loss - before.loss) / unit;
    sum += (here.step * change * change) / (here.step - before.step);
    total += here.step;
  }
  return sum / total;
}

interface LineFit {
  readonly location: number;
  readonly variance: number;
  readonly degrees: number;
  readonly logEvidence: number;
}

/**
 * The conjugate Bayesian fit of y = c + a x with unknown noise, and what it foretells at one place.
 *
 * @see Bishop 2006, "Pattern Recognition and Machine Learning", section 3.3 and exercise 3.12
 */
function fitLine(
  xs: readonly number[],
  {
    values,
    weights,
    at,
  }: { readonly values: readonly number[]; readonly weights: readonly number[]; readonly at: number },
): LineFit {
  // The posterior precision [p q; q r] of (c, a), and its right-hand side.
  let p = 1 / coefficientVariance;
  let q = 0;
  let r = 1 / coefficientVariance;
  let u = 0;
  let v = 0;
  let squares = 0;
  let count = 0;
  xs.forEach((x, index) => {
    const y = values[index]!;
    const weight = weights[index]!;
    p += weight;
    q += weight * x;
    r += weight * x * x;
    u += weight * y;
    v += weight * x * y;
    squares += weight * y * y;
    count += weight;
  });
  const determinant = p * r - q * q;
  const c = (r * u - q * v) / determinant;
  const a = (p * v - q * u) / determinant;
  const shape = (priorDegrees + count) / 2;
  const priorSquares = priorDegrees * noiseDeviation ** 2;
  const rest = Math.max(0, squares - c * u - a * v);
  const noise = (priorSquares + rest) / (2 * shape);
  return {
    location: c + a * at,
    variance: noise * (1 + (r - 2 * q * at + p * at * at) / determinant),
    degrees: 2 * shape,
    logEvidence: -0.5 * Math.log(determinant) - shape * Math.log(priorSquares + rest),
  };
}
