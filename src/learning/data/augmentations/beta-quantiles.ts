/**
 * The quantile function of max(x, 1 - x), where x has the beta distribution with parameters alpha, alpha: with a table of
 * it a number of this distribution takes one uniform number, and no loop that rejects some.
 */

/** Halvings of an interval of 1/2: to the last bits of a double. */
const halvings = 60;

/** @returns the quantiles of `places` even steps from 0 to 1, both included; the first is 1/2 and the last 1 */
export function largerShareQuantiles(alpha: number, places: number): Float64Array {
  const scale = Math.exp(logGamma(2 * alpha) - 2 * logGamma(alpha)) / alpha;
  /** That x is below `bound`, which is at most 1/2. */
  const below = (bound: number) =>
    bound === 0 ? 0 : scale * (bound * (1 - bound)) ** alpha * continuedFraction(alpha, bound);
  return Float64Array.from({ length: places }, (_, place) => {
    // The smaller share is below a bound when x or 1 - x is.
    const wanted = (1 - place / (places - 1)) / 2;
    let [low, high] = [0, 0.5];
    for (let i = 0; i < halvings; i++) {
      const middle = (low + high) / 2;
      if (below(middle) < wanted) low = middle;
      else high = middle;
    }
    return place === 0 ? 0.5 : place === places - 1 ? 1 : 1 - high;
  });
}

/** Of the incomplete beta function. @see DLMF 8.17.22, evaluated by Lentz's method */
function continuedFraction(alpha: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - (2 * alpha * x) / (alpha + 1));
  let result = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (alpha - m) * x) / ((alpha + 2 * m - 1) * (alpha + 2 * m));
    const odd = (-(alpha + m) * (2 * alpha + m) * x) / ((alpha + 2 * m) * (alpha + 2 * m + 1));
    let factor = 1;
    for (const step of [even, odd]) {
      d = 1 / away(1 + step * d);
      c = away(1 + step / c);
      factor = d * c;
      result *= factor;
    }
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return result;
}

/** The logarithm of the gamma function by Stirling's series, for x > 0. @see DLMF 5.11.1 */
function logGamma(x: number): number {
  // The series is good for large numbers: from there back by the recurrence.
  let [shifted, product] = [x, 1];
  while (shifted < 15) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + Math.log(2 * Math.PI) / 2 + series - Math.log(product)
  );
}
