/** The standard normal distribution in float64. */

export function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The probability below x: near 0 by the series x + x^3 / 3 + x^5 / (3 5) + ..., further out by the continued fraction
 * 1 / (x + 1 / (x + 2 / (x + 3 / ...))) of the smaller tail, each times the density.
 *
 * @see Marsaglia 2004, "Evaluating the Normal Distribution"; Abramowitz, Stegun 1964, 26.2.14
 */
export function normalDistribution(x: number): number {
  if (Math.abs(x) >= 3) {
    let fraction = 0;
    for (let depth = 200; depth >= 1; depth--) fraction = depth / (Math.abs(x) + fraction);
    const tail = normalDensity(x) / (Math.abs(x) + fraction);
    return x > 0 ? 1 - tail : tail;
  }
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * 1e-17; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}
