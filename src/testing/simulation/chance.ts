import { RandomStream, type Seed } from "../../base/index.ts";

/** Draws one after the other, all of them following from the seed. */
export class Chance {
  readonly #stream: RandomStream;
  #drawn = 0;

  constructor(seed: Seed, name: string) {
    this.#stream = new RandomStream(seed, name);
  }

  /** In [0, 1). */
  uniform(): number {
    return this.#stream.uniform(this.#drawn++);
  }

  /** True with this probability. */
  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  pick<T>(values: readonly T[]): T {
    return values[this.between(0, values.length - 1)]!;
  }
}
