import type { ScalingName } from "./fields.ts";

export interface ValueStatistics {
  readonly mean: number;
  /** Of all values together, divided by their number. */
  readonly deviation: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** What a preprocessing is made of, for people. Values are those of the training split, bytes divided by 255. */
export interface FittedPreprocessing {
  readonly scaling: ScalingName;
  readonly per: "all" | "channel" | "feature";
  /** Before scaling. */
  readonly measured: {
    readonly all: ValueStatistics;
    /** One for each channel; of a table one for each column. */
    readonly channels: readonly ValueStatistics[];
  };
  /**
   * What is subtracted from values, and what they are then divided by: one number for all, or one for each channel or
   * feature. 0 in place of a divisor: all values are alike, and become 0.
   */
  readonly constants: { readonly subtracted: readonly number[]; readonly divisor: readonly number[] };
  /** After scaling: what the network sees. */
  readonly scaled: ValueStatistics;
}
