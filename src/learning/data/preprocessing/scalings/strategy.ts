import type { FeatureMoments } from "../feature-moments.ts";
import type { PreprocessingDocument } from "../fields.ts";

/**
 * What is subtracted from a value u and what it is then divided by, where u is the value as it is held, of bytes a 255th of
 * it: (u - offset) / divisor. Each array has one number for all features, or one for each channel or feature: that of feature
 * f is at f modulo the length. A divisor of 0 stands for a constant feature, which becomes 0.
 */
export interface Constants {
  readonly offset: Float64Array;
  readonly divisor: Float64Array;
}

export interface StrategyContext {
  /** Of bytes 1/255, of floats 1. */
  readonly unit: number;
  readonly isImage: boolean;
  /** How many groups of features share numbers: one, the channels, or the features. */
  readonly groups: number;
  /** Of the values of each such group over the training examples; measured when asked for. */
  readonly moments: () => FeatureMoments;
  readonly preprocessing: PreprocessingDocument;
}

/** **Leakage.** A strategy sees the training examples alone. */
export type ScalingStrategy = (context: StrategyContext) => Constants;
