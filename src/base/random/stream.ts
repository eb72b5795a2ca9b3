/**
 * Named random streams. A number is a function of (seed, names, index) and never of who asked first, so the order of
 * arrival, the number of workers and a pause change nothing.
 *
 * The seed and the names are hashed to the 64-bit key of a Philox generator; the index is its counter. A stream keeps
 * the block that it computed last, which is a cache and not state.
 */
import { hashBytes } from "../hash.ts";
import { TunesmithError } from "../errors.ts";
import { philoxBlock } from "./philox.ts";

declare const seedBrand: unique symbol;

/** An unsigned 64-bit integer as decimal text: databases and JSON would round it as a number. */
export type Seed = string & { readonly [seedBrand]: true };

const largestSeed = 2n ** 64n - 1n;

/**
 * A seed from a number or decimal text.
 *
 * @throws INVALID_USAGE unless the value is a whole number from 0 to 2^64 - 1.
 */
export function toSeed(value: number | bigint | string): Seed {
  const text = String(value);
  if (
    (typeof value === "number" && !Number.isSafeInteger(value)) ||
    !/^\d{1,20}$/.test(text) ||
    BigInt(text) > largestSeed
  ) {
    throw new TunesmithError("INVALID_USAGE", {
      message: `seed: expected a whole number from 0 to ${largestSeed}, got \`${text}\`.`,
      facts: { seed: text },
    });
  }
  return BigInt(text).toString() as Seed;
}

/** The seed named by `names` under `seed`; used to give every trial of a study its own. */
export function deriveSeed(seed: Seed, ...names: readonly (string | number)[]): Seed {
  return BigInt(`0x${hashBytes(streamIdentity(seed, names)).slice(0, 16)}`).toString() as Seed;
}

function streamIdentity(seed: Seed, names: readonly (string | number)[]): string {
  return JSON.stringify([seed, ...names.map(String)]);
}

export class RandomStream {
  readonly #key: readonly [number, number];
  readonly #block = new Uint32Array(4);
  #blockIndex = -1;

  /** @param names the path of the stream's name, for example `("weights", "hidden1")`. */
  constructor(seed: Seed, ...names: readonly (string | number)[]) {
    const digest = hashBytes(streamIdentity(seed, names));
    this.#key = [Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16)];
  }

  /** The word at `index`: uniform over the unsigned 32-bit integers. */
  uint32(index: number): number {
    const blockIndex = Math.floor(index / 4);
    if (blockIndex !== this.#blockIndex) {
      const high = Math.floor(blockIndex / 0x1_0000_0000);
      philoxBlock([blockIndex >>> 0, high, 0, 0], this.#key, { out: this.#block, offset: 0 });
      this.#blockIndex = blockIndex;
    }
    return this.#block[index & 3]!;
  }

  /** Uniform over [0, 1) in steps of 2^-53; takes words 2 index and 2 index + 1. */
  uniform(index: number): number {
    return (this.uint32(2 * index) * 0x20_0000 + (this.uint32(2 * index + 1) >>> 11)) / 0x20_0000_0000_0000;
  }

  /** Standard normal by the Box-Muller transform; takes uniforms 2 index and 2 index + 1. */
  normal(index: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform(2 * index)));
    return radius * Math.cos(2 * Math.PI * this.uniform(2 * index + 1));
  }

  /** A whole number from 0 to bound - 1; the bias is below bound / 2^53. */
  integerBelow(bound: number, index: number): number {
    return Math.floor(this.uniform(index) * bound);
  }

  /**
   * Permutes `values` in place by the Fisher-Yates shuffle, one word per element; the bias is below length / 2^32.
   */
  shuffle(values: Int32Array): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = Math.floor((this.uint32(i) * (i + 1)) / 0x1_0000_0000);
      const swapped = values[i]!;
      values[i] = values[j]!;
      values[j] = swapped;
    }
  }
}
