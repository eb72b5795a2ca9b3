/**
 * Measured values as a model sees them: centred, with a deviation of 1, and bent so that a Gaussian process can explain them.
 * Losses of trainings lie in a heap near the best with a tail far above, and one that diverged must not flatten what matters;
 * which bend explains them best is for the data to say.
 *
 * @see Snelson, Rasmussen, Ghahramani 2003, "Warped Gaussian Processes"
 */
export interface TargetScale {
  /** Rises with its argument. */
  toTarget(value: number): number;
  fromTarget(target: number): number;
  /** By how much a target changes with its value. */
  slopeAt(value: number): number;
}

/** A function of how far a loss lies above the best, 0 to begin with, about 1 at the median. */
interface Bend {
  readonly bend: (z: number) => number;
  readonly straighten: (t: number) => number;
  readonly slope: (z: number) => number;
}

/** Compressed is what is so many times farther from the best than the median: outliers, whatever the distribution. */
const outlying = 8;

const straight: Bend = {
  bend: (z) => (z > outlying ? outlying * (1 + Math.log(z / outlying)) : z),
  straighten: (t) => (t > outlying ? outlying * Math.exp(t / outlying - 1) : t),
  slope: (z) => (z > outlying ? outlying / z : 1),
};

/** As the logarithm, as soon as a loss is some `softness` above the best. */
function logarithmic(softness: number): Bend {
  // Below the best, where a prediction may lie, it goes on straight.
  const first = Math.log(softness);
  return {
    bend: (z) => (z < 0 ? z / softness : Math.log(z + softness) - first),
    straighten: (t) => (t < 0 ? t * softness : Math.exp(t + first) - softness),
    slope: (z) => 1 / (Math.max(z, 0) + softness),
  };
}

const bends: readonly Bend[] = [straight, logarithmic(1), logarithmic(0.1)];

/** One scale for each way in which losses may be bent. @param losses at least one */
export function lossScales(losses: readonly number[]): readonly TargetScale[] {
  const sorted = losses.toSorted((a, b) => a - b);
  const best = sorted[0]!;
  const unit = sorted[sorted.length >> 1]! - best || sorted.at(-1)! - best || 1;
  return bends.map(({ bend, straighten, slope }) => {
    const bent = losses.map((loss) => bend((loss - best) / unit));
    const mean = bent.reduce((sum, t) => sum + t, 0) / bent.length;
    const squares = bent.reduce((sum, t) => sum + (t - mean) ** 2, 0);
    const deviation = Math.sqrt(squares / Math.max(1, bent.length - 1)) || 1;
    return {
      toTarget: (loss) => (bend((loss - best) / unit) - mean) / deviation,
      fromTarget: (target) => best + unit * straighten(target * deviation + mean),
      slopeAt: (loss) => slope((loss - best) / unit) / (unit * deviation),
    };
  });
}

/** Keeps 0 where it is, and how far values lie on either side in proportion as long as they are not large. */
export function signedScale(values: readonly number[]): TargetScale {
  const sizes = values.map(Math.abs).toSorted((a, b) => a - b);
  const unit = sizes[sizes.length >> 1]! || sizes.at(-1)! || 1;
  return {
    toTarget: (value) => Math.asinh(value / unit),
    fromTarget: (target) => unit * Math.sinh(target),
    slopeAt: (value) => 1 / Math.hypot(value, unit),
  };
}

export const plainScale: TargetScale = {
  toTarget: (value) => value,
  fromTarget: (target) => target,
  slopeAt: () => 1,
};
