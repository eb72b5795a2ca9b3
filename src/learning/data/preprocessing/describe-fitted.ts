import { combineMoments, type FeatureMoments } from "./feature-moments.ts";
import type { ScalingName } from "./fields.ts";
import type { FittedPreprocessing, ValueStatistics } from "./fitted-preprocessing.ts";
import type { FeatureScaling } from "./scaling.ts";
import type { Constants } from "./scalings/strategy.ts";

export interface Fitted {
  readonly name: ScalingName;
  readonly per: "all" | "channel" | "feature";
  readonly constants: Constants;
  readonly scaling: FeatureScaling;
  /** Of bytes 1/255, of floats 1. */
  readonly unit: number;
  readonly channels: number;
  /** Of each feature of the training examples. */
  readonly moments: FeatureMoments;
}

export function describeFitted(fitted: Fitted): FittedPreprocessing {
  const { name, per, constants, scaling, unit, channels, moments } = fitted;
  const ofChannels = combineMoments(moments, channels);
  return {
    scaling: name,
    per,
    measured: {
      all: statisticsOf(combineMoments(moments, 1), { group: 0, unit }),
      channels: Array.from({ length: channels }, (_, group) => statisticsOf(ofChannels, { group, unit })),
    },
    constants: { subtracted: [...constants.offset], divisor: [...constants.divisor] },
    scaled: statisticsOf(combineMoments(scaledMoments(moments, scaling), 1), { group: 0, unit: 1 }),
  };
}

function statisticsOf(
  { mean, variance, minimum, maximum }: FeatureMoments,
  { group, unit }: { group: number; unit: number },
): ValueStatistics {
  return {
    mean: mean[group]! * unit,
    deviation: Math.sqrt(variance[group]!) * unit,
    minimum: minimum[group]! * unit,
    maximum: maximum[group]! * unit,
  };
}

function scaledMoments(
  { mean, variance, minimum, maximum }: FeatureMoments,
  { scale, shift }: FeatureScaling,
): FeatureMoments {
  const scaleOf = (feature: number) => scale[feature % scale.length]!;
  const scaled = (value: number, feature: number) =>
    value * scaleOf(feature) + shift[feature % shift.length]!;
  return {
    mean: mean.map(scaled),
    variance: variance.map((value, feature) => value * scaleOf(feature) ** 2),
    minimum: minimum.map(scaled),
    maximum: maximum.map(scaled),
  };
}
