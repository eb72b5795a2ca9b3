/**
 * Examples in memory, row-major. Bytes stay bytes: the engine scales them to [0, 1] when it gathers a batch.
 *
 * **Ownership.** Whoever holds examples reads them and never writes: all splits of a data set share them.
 */
export interface Examples {
  readonly count: number;
  /** Shape of one example, without the batch dimension: `[28, 28, 1]` is height, width, channels. */
  readonly shape: readonly number[];
  /** [count, ...shape] */
  readonly features: Uint8Array | Float32Array;
  /** [count], each the index of a class; or, for regression, [count, targets], the values to predict. */
  readonly labels: Uint8Array | Float32Array;
}
