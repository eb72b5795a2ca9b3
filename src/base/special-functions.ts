/** Cumulative distribution functions, to about 15 digits. */

/** The standard normal's density. */
function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/**
 * The probability of a standard normal value up to `x`: a series in the middle, a continued fraction in the tails, where the
 * series would subtract nearly equal numbers.
 *
 * @see Marsaglia 2004, "Evaluating the Normal Distribution"; Abramowitz, Stegun 1964, 26.2.14
 */
export function normalCumulative(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < -38) return 0;
  if (x > 8.5) return 1;
  if (x > 2.5) return 1 - normalCumulative(-x);
  if (x < -2.5) return upperTail(-x);
  let term = x;
  let sum = x;
  for (let odd = 3; sum + term !== sum || odd < 5; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + sum * normalDensity(x);
}

/** The probability beyond `x`, at least 2.5. */
function upperTail(x: number): number {
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = x + k / fraction;
  return normalDensity(x) / fraction;
}

/** ln of the gamma function for x > 0. @see Lanczos 1964, "A Precision Approximation of the Gamma Function", g = 7, n = 9 */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const terms = [
    676.520_368_121_885, -1259.139_216_722_403, 771.323_428_777_653_1, -176.615_029_162_140_6,
    12.507_343_278_686_905, -0.138_571_095_265_720_12, 9.984_369_578_019_572e-6, 1.505_632_735_149_311_6e-7,
  ];
  const shifted = x - 1;
  const sum = terms.reduce(
    (total, term, index) => total + term / (shifted + index + 1),
    0.999_999_999_999_809_9,
  );
  const t = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * The probability of a beta(a, b) value up to `x`: the regularised incomplete beta function by its continued fraction.
 *
 * @see Lentz 1976, "Generating Bessel Functions in Mie Scattering Calculations", for the way it is summed
 */
export function betaCumulative(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast below the mean; above it the mirrored one does.
  if (x > (a + 1) / (a + b + 2)) return 1 - (front * betaFraction(1 - x, b, a)) / b;
  return (front * betaFraction(x, a, b)) / a;
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let product = d;
  for (let m = 1; m <= 400; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    product *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    product *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return product;
}
