/** What is expected of a configuration, and how surely, after some were measured. */
import { factorise, invertFactor, multiplyLower, multiplyTransposed } from "./cholesky.ts";
import {
  correlation,
  correlationSlope,
  meanVariance,
  squaredDistance,
  type DimensionKind,
  type Features,
  type KernelParameters,
} from "./kernel.ts";

export interface Measurements {
  readonly kinds: readonly DimensionKind[];
  readonly rows: readonly Features[];
  /** [rows], centred and scaled. */
  readonly targets: Float64Array;
  /** [rows], over how many measurements each target is the mean. */
  readonly repeats: Float64Array;
}

export interface Prediction {
  readonly mean: number;
  readonly variance: number;
}

/** Where to write the gradients of mean and variance by the coordinates; those of categories stay 0. */
export interface PredictionSlopes {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export class GaussianProcess {
  readonly #kinds: readonly DimensionKind[];
  readonly #parameters: KernelParameters;
  readonly #rows: readonly Features[];
  /** The inverse of the covariance's factor. */
  readonly #inverse: Float64Array;
  /** [rows], zero for what is pending. */
  readonly #alpha: Float64Array;
  readonly #covariances: Float64Array;
  readonly #squares: Float64Array;
  readonly #solved: Float64Array;
  readonly #weights: Float64Array;

  /** @param pending are being measured: they leave the mean as it is and make the function known where they lie */
  constructor(measured: Measurements, parameters: KernelParameters, pending: readonly Features[] = []) {
    const count = measured.rows.length;
    this.#kinds = measured.kinds;
    this.#parameters = parameters;
    this.#rows = [...measured.rows, ...pending];
    const repeats = Float64Array.from(this.#rows, (_, row) => measured.repeats[row] ?? 1);
    this.#inverse = inverseOf(this.#rows, repeats, { kinds: measured.kinds, parameters });
    const n = this.#rows.length;
    this.#covariances = new Float64Array(n);
    this.#squares = new Float64Array(n);
    this.#solved = new Float64Array(n);
    this.#weights = new Float64Array(n);
    // The leading block of a triangular matrix is the factor of the leading block: pending rows come last and stay out.
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let column = 0; column <= row; column++) {
        sum += this.#inverse[row * n + column]! * measured.targets[column]!;
      }
      this.#solved[row] = sum;
    }
    this.#alpha = new Float64Array(n);
    multiplyTransposed(this.#inverse, this.#solved, this.#alpha);
  }

  predict(at: Features, slopes?: PredictionSlopes): Prediction {
    const { scale, weights } = this.#parameters;
    const rows = this.#rows;
    const n = rows.length;
    const covariances = this.#covariances;
    const metric = { kinds: this.#kinds, weights };
    let mean = 0;
    for (let row = 0; row < n; row++) {
      const squared = squaredDistance(at, rows[row]!, metric);
      this.#squares[row] = squared;
      const covariance = meanVariance + scale * correlation(squared);
      covariances[row] = covariance;
      mean += this.#alpha[row]! * covariance;
    }
    multiplyLower(this.#inverse, covariances, this.#solved);
    let known = 0;
    for (let row = 0; row < n; row++) known += this.#solved[row]! * this.#solved[row]!;
    const variance = Math.max(meanVariance + scale - known, 1e-10 * scale);
    if (slopes !== undefined) this.#writeSlopes(at, slopes);
    return { mean, variance };
  }

  #writeSlopes(at: Features, { mean, variance }: PredictionSlopes): void {
    multiplyTransposed(this.#inverse, this.#solved, this.#weights);
    const { scale, weights } = this.#parameters;
    mean.fill(0);
    variance.fill(0);
    for (const [row, features] of this.#rows.entries()) {
      const slope = 2 * scale * correlationSlope(this.#squares[row]!);
      const ofMean = slope * this.#alpha[row]!;
      const ofVariance = -2 * slope * this.#weights[row]!;
      for (let dimension = 0; dimension < weights.length; dimension++) {
        if (this.#kinds[dimension] === "category") continue;
        const part = weights[dimension]! * (at[dimension]! - features[dimension]!);
        mean[dimension]! += ofMean * part;
        variance[dimension]! += ofVariance * part;
      }
    }
  }
}

/** Added to the diagonal when rounding asks for it, as a share of the scale; each time ten times as much. */
const leastJitter = 1e-9;

function inverseOf(
  rows: readonly Features[],
  repeats: Float64Array,
  { kinds, parameters }: { readonly kinds: readonly DimensionKind[]; readonly parameters: KernelParameters },
): Float64Array {
  const { weights, scale, noise } = parameters;
  const n = rows.length;
  const metric = { kinds, weights };
  for (let jitter = 0; ; jitter = jitter === 0 ? leastJitter : 10 * jitter) {
    const covariance = new Float64Array(n * n);
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < row; column++) {
        const squared = squaredDistance(rows[row]!, rows[column]!, metric);
        covariance[row * n + column] = meanVariance + scale * correlation(squared);
      }
      covariance[row * n + row] = meanVariance + scale * (1 + jitter) + noise / repeats[row]!;
    }
    if (factorise(covariance, n)) return invertFactor(covariance, n);
  }
}
