/**
 * Philox 4x32-10: a block of four random 32-bit words as a pure function of a 128-bit counter and a 64-bit key.
 *
 * @see Salmon, Moraes, Dror, Shaw 2011, "Parallel Random Numbers: As Easy as 1, 2, 3"; test vectors from the
 *   authors' Random123 distribution (`kat_vectors`).
 */
const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
/** Golden ratio and sqrt(3) - 1, as 32-bit fractions. */
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;
const rounds = 10;

/** Upper 32 bits of the 64-bit product of two unsigned 32-bit integers; JavaScript has only the lower ones. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const middleLow = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + (middleLow >>> 16)) >>> 0;
}

/**
 * Writes the four words of block (c0, c1, c2, c3) under key (k0, k1) to `out[offset .. offset + 3]`.
 * All inputs are taken as unsigned 32-bit integers.
 */
export function philoxBlock(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  { out, offset }: { out: Uint32Array; offset: number },
): void {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0) >>> 0;
    const high1 = multiplyHigh(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + weyl0) >>> 0;
    k1 = (k1 + weyl1) >>> 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}
