/**
 * Counts by sign and power of two. The bins are the same for everything that is measured and reach from the smallest
 * float to the largest, so a gradient that vanishes stays apart from one that is 0.
 */
export interface Histogram {
  /** [from, to, count], from most negative to most positive; bins of no value are left out. 0 has a bin [0, 0]. */
  readonly bins: readonly (readonly [from: number, to: number, count: number])[];
  /** Infinities and NaN. */
  readonly notFinite: number;
}

/** A place for each pair of sign and exponent, as the upper nine bits of a float have them. */
const places = 512;
const exponents = places / 2;
const exponentBias = 127;

/** @param counts by the upper nine bits of each value, from `first` on @param padding zeros that do not count */
export function histogramOf(
  counts: ArrayLike<number>,
  { first = 0, padding = 0 }: { first?: number; padding?: number } = {},
): Histogram {
  const at = (sign: 0 | 1, exponent: number) => counts[first + sign * exponents + exponent]!;
  const bins: [number, number, number][] = [];
  // Denormal numbers count as 0, as they do in the kernels.
  const zeros = at(0, 0) + at(1, 0) - padding;
  for (let exponent = exponents - 2; exponent >= 1; exponent--) {
    const count = at(1, exponent);
    if (count > 0)
      bins.push([-(2 ** (exponent + 1 - exponentBias)), -(2 ** (exponent - exponentBias)), count]);
  }
  if (zeros > 0) bins.push([0, 0, zeros]);
  for (let exponent = 1; exponent < exponents - 1; exponent++) {
    const count = at(0, exponent);
    if (count > 0) bins.push([2 ** (exponent - exponentBias), 2 ** (exponent + 1 - exponentBias), count]);
  }
  return { bins, notFinite: at(0, exponents - 1) + at(1, exponents - 1) };
}

export function countValues(values: ArrayLike<number>): Histogram {
  const counts = new Float64Array(places);
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  for (const one of bits) counts[one >>> 23]! += 1;
  return histogramOf(counts);
}
