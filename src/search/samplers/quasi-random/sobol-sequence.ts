/**
 * Points that fill the unit cube more evenly than random ones: of any aligned run of 2^m points each of 2^m equal slices along
 * an axis holds exactly one, and in few dimensions so do most other boxes of that volume.
 *
 * Owen's scrambling permutes the halves, the quarters inside of each, and so on at random, which keeps the evenness and removes
 * what all Sobol points share: the origin comes first no more, and every point is uniform over the cube. The permutations come
 * from a hash instead of a table.
 *
 * Dimensions beyond the table of direction numbers reuse it with an order of points of their own, scrambled likewise: the slices
 * along every axis stay even, boxes across such a border are as even as random ones.
 *
 * @see Owen 1998, "Scrambling Sobol' and Niederreiter-Xing Points"; Burley 2020, "Practical Hash-based Owen Scrambling", for the
 *   hash and for reuse by shuffled order
 */
import { RandomStream, type Seed } from "../../../base/index.ts";
import { directionNumbers } from "./direction-numbers.ts";

/** Bits of a coordinate, and of an index. */
const bits = 32;

/** [dimension]: by which word the coordinate changes with each bit of the index; filled as they are needed. */
const directions: Uint32Array[] = [];

/** The recurrence of Bratley and Fox over the polynomial's coefficients, shifted so that number k stands at bit 31 - k. */
function directionsOf(dimension: number): Uint32Array {
  const { polynomial, first } = directionNumbers[dimension]!;
  const words = new Uint32Array(bits);
  const degree = first.length;
  for (let k = 0; k < bits; k++) {
    if (degree === 0) words[k] = 2 ** (bits - 1 - k);
    else if (k < degree) words[k] = first[k]! * 2 ** (bits - 1 - k);
    else {
      let word = words[k - degree]! ^ (words[k - degree]! >>> degree);
      for (let i = 1; i < degree; i++) if ((polynomial >>> (degree - i)) & 1) word ^= words[k - i]!;
      words[k] = word >>> 0;
    }
  }
  return words;
}

/**
 * A coordinate of the plain Sobol sequence in Gray code order, times 2^32.
 *
 * @param dimension from 0, within the table
 * @see Antonov, Saleev 1979, "An Economic Method of Computing LPτ-sequences", for the order
 */
export function sobolWord(dimension: number, index: number): number {
  const words = (directions[dimension] ??= directionsOf(dimension));
  let word = 0;
  for (let gray = (index ^ (index >>> 1)) >>> 0, k = 0; gray !== 0; gray >>>= 1, k++) {
    if (gray & 1) word ^= words[k]!;
  }
  return word >>> 0;
}

function reverseBits(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x5555_5555) | ((x & 0x5555_5555) << 1);
  x = ((x >>> 2) & 0x3333_3333) | ((x & 0x3333_3333) << 2);
  x = ((x >>> 4) & 0x0f0f_0f0f) | ((x & 0x0f0f_0f0f) << 4);
  x = ((x >>> 8) & 0x00ff_00ff) | ((x & 0x00ff_00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}

/** Flips each bit or not, as the key and the higher bits tell: a nested permutation of halves. */
function scramble(word: number, key: number): number {
  let x = (reverseBits(word) + key) | 0;
  // Multiplying by even numbers lets each bit depend on lower ones only. The constants are Laine's and Karras's.
  for (const factor of [0x6c50_b47c, 0xb82f_1e52, 0xc7af_e638, 0x8d22_f6e6]) x ^= Math.imul(x, factor);
  return reverseBits(x);
}

/** A scrambled Sobol sequence. Point n is a function of (seed, names, n). */
export class SobolSequence {
  /** [dimensions] */
  readonly #keys: Uint32Array;
  /** One for each reuse of the table. */
  readonly #orders: Uint32Array;

  constructor(seed: Seed, dimensions: number, ...names: readonly (string | number)[]) {
    const keys = new RandomStream(seed, "sobol", ...names);
    this.#keys = Uint32Array.from({ length: dimensions }, (_, dimension) => keys.uint32(dimension));
    const orders = new RandomStream(seed, "sobol", ...names, "order");
    const reuses = Math.ceil(dimensions / directionNumbers.length);
    this.#orders = Uint32Array.from({ length: reuses }, (_, reuse) => orders.uint32(reuse));
  }

  /** @param index below 2^32; each coordinate is inside (0, 1) */
  point(index: number): Float64Array {
    const tableSize = directionNumbers.length;
    return Float64Array.from(this.#keys, (key, dimension) => {
      const reuse = Math.floor(dimension / tableSize);
      const ordered = reuse === 0 ? index : scramble(index, this.#orders[reuse]!);
      // Half a unit in, so that neither end is met.
      return (scramble(sobolWord(dimension % tableSize, ordered), key) + 0.5) / 2 ** bits;
    });
  }
}
