/** Which rate a range test proposes. Pure functions of its points. */

interface Point {
  readonly rate: number;
  readonly smoothed: number;
}

/** The first tenth tells of the smoothing and the last points of the divergence. */
function trimmed<P extends Point>(points: readonly P[]): readonly P[] {
  return points.slice(Math.floor(points.length / 10), -5);
}

/**
 * The point half-way down the longest valley, which is the longest subsequence of falling losses: far enough from its
 * beginning to learn fast, and from its end to be safe.
 *
 * @see fastai's `valley` (ESRI's rule), https://docs.fast.ai/callback.schedule.html
 */
export function valleyPoint<P extends Point>(points: readonly P[]): P | undefined {
  const inner = trimmed(points);
  const lengths = inner.map(() => 1);
  let end = 0;
  for (let i = 1; i < inner.length; i++) {
    for (let j = 0; j < i; j++) {
      if (inner[i]!.smoothed < inner[j]!.smoothed) lengths[i] = Math.max(lengths[i]!, lengths[j]! + 1);
    }
    if (lengths[i]! > lengths[end]!) end = i;
  }
  const length = lengths[end] ?? 1;
  if (length < 3) return undefined;
  const third = length / 3;
  // A valley with gaps begins before the number of its points says.
  return inner[Math.max(0, end - length) + Math.floor(third) + Math.floor(third / 2)];
}

/**
 * The point at which the smoothed loss falls fastest over the logarithm of the rate, on the way to its smallest value: what
 * comes after that is divergence, up and down. Undefined when it never falls.
 */
export function steepestPoint<P extends Point>(points: readonly P[]): P | undefined {
  const inner = trimmed(points);
  let [best, steepest] = [undefined as P | undefined, 0];
  const least = inner.reduce((at, { smoothed }, i) => (smoothed < inner[at]!.smoothed ? i : at), 0);
  for (let i = 0; i < least; i++) {
    const [a, b] = [inner[i]!, inner[i + 1]!];
    const slope = (b.smoothed - a.smoothed) / Math.log(b.rate / a.rate);
    if (slope >= steepest) continue;
    steepest = slope;
    best = a;
  }
  return best;
}
