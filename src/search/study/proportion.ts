/**
 * How sure an accuracy is that was measured on a finite number of examples, and which accuracies it cannot be told
 * apart from. Both treat an accuracy as a proportion of independent examples.
 *
 * What the figures do not cover: the best of many trials was chosen for its value, so its value is on average too high
 * and its interval too (only examples that took no part in the choice can tell how much); and the noise of training
 * itself, which another seed would show. Trials are measured on the same examples, so their errors go together and
 * the comparison, which takes them as independent, calls too many tied rather than too few.
 */

/** Two-sided 95 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * The 95 % score interval of a proportion; always inside [0, 1], also near its ends.
 *
 * @param proportion successes / examples, in [0, 1]; @param examples at least 1.
 * @see Wilson 1927, "Probable Inference, the Law of Succession, and Statistical Inference"
 */
export function wilsonInterval(proportion: number, examples: number): readonly [number, number] {
  const shrink = 1 + (z * z) / examples;
  const centre = (proportion + (z * z) / (2 * examples)) / shrink;
  const variance = (proportion * (1 - proportion)) / examples + (z * z) / (4 * examples * examples);
  const halfWidth = (z * Math.sqrt(variance)) / shrink;
  return [Math.max(0, centre - halfWidth), Math.min(1, centre + halfWidth)];
}

/**
 * The 95 % interval of the difference `a - b` of two proportions, each of `examples` examples.
 *
 * @see Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10
 */
export function differenceInterval(a: number, b: number, examples: number): readonly [number, number] {
  const [lowA, highA] = wilsonInterval(a, examples);
  const [lowB, highB] = wilsonInterval(b, examples);
  return [a - b - Math.hypot(a - lowA, highB - b), a - b + Math.hypot(highA - a, b - lowB)];
}

/** True when the interval of the difference holds zero: the examples cannot tell the two apart. */
export function areTied(a: number, b: number, examples: number): boolean {
  const [low, high] = differenceInterval(a, b, examples);
  return low <= 0 && high >= 0;
}
