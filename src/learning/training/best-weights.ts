import type { PlanBuffer } from "../plan/index.ts";

/** A copy of the weights, running statistics too, as they were after the best epoch. */
export class BestWeights {
  readonly epoch: number;
  readonly #contents: ReadonlyMap<string, Float32Array | Float64Array>;

  /** @param contents by the names of buffers, each as it lay in the arena */
  constructor(epoch: number, contents: Iterable<readonly [string, Float32Array | Float64Array]>) {
    this.epoch = epoch;
    this.#contents = new Map(contents);
  }

  contentOf({ name }: Pick<PlanBuffer, "name">): Float32Array | Float64Array {
    return this.#contents.get(name)!;
  }
}
