import { RandomStream, toSeed, type Json } from "../../base/index.ts";

interface TabularDocument {
  readonly training: { readonly learningRate: number; readonly epochs: number };
  readonly seed: string;
  readonly start?: { readonly document: TabularDocument; readonly epochs: number };
}

/** A training that is a table: what it reports is a function of its document, so every attempt has to report the same. */
export class TabularTraining {
  readonly #stream: RandomStream;
  readonly #floor: number;
  /** The step before its first one. */
  readonly first: number;
  /** Its last step. */
  readonly length: number;
  /** The step that it fails at; Infinity for most. */
  readonly failsAt: number;

  constructor(document: Json, { failing }: { readonly failing: number }) {
    const { training, seed, start } = document as unknown as TabularDocument;
    const { learningRate, epochs } = training;
    this.#stream = new RandomStream(toSeed(seed), "training", learningRate, start?.epochs ?? 0);
    this.first = start?.epochs ?? 0;
    this.length = epochs;
    this.#floor = Math.abs(learningRate - 0.3) + 0.2 * this.#stream.uniform(0);
    this.failsAt =
      this.#stream.uniform(1) < failing
        ? this.first + 1 + this.#stream.integerBelow(epochs - this.first, 2)
        : Number.POSITIVE_INFINITY;
  }

  lossAt(step: number): number {
    return this.#floor + Math.exp(-step / 3) + 0.05 * this.#stream.uniform(10 + step);
  }
}
