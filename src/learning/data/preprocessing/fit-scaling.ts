/**
 * From a document's `data.preprocessing` to the numbers that the engine scales with. They are fitted to the training
 * split alone: validation and test examples are scaled by what was measured on others, as new examples would be.
 */
import type { TrainingSplits } from "../dataset.ts";
import { checkConstants } from "./check-constants.ts";
import { describeFitted } from "./describe-fitted.ts";
import { combineMoments, measureFeatures, type FeatureMoments } from "./feature-moments.ts";
import type { PreprocessingDocument, ScalingName } from "./fields.ts";
import type { FittedPreprocessing } from "./fitted-preprocessing.ts";
import type { FeatureScaling } from "./scaling.ts";
import { scalings } from "./scalings/index.ts";
import type { Constants } from "./scalings/strategy.ts";

export interface TrainingExamples extends Pick<TrainingSplits, "train" | "shape"> {
  /** How the source has values scaled. Defaults to `unit` for images and to `standardize` for tables. */
  readonly defaultScaling?: ScalingName | undefined;
}

export interface FittedScaling {
  readonly scaling: FeatureScaling;
  /** What it was made from, for people; measured when asked for. */
  readonly describe: () => FittedPreprocessing;
}

/**
 * @throws INVALID_DOCUMENT when given constants do not fit; INVALID_DATA when a value that is to be measured is not finite
 */
export function fitScaling(
  { train, shape, defaultScaling }: TrainingExamples,
  preprocessing: PreprocessingDocument,
): FittedScaling {
  const isImage = shape.length === 3;
  const name = preprocessing.scaling ?? defaultScaling ?? (isImage ? "unit" : "standardize");
  const per = preprocessing.per ?? (isImage ? "all" : "feature");
  const features = shape.reduce((product, size) => product * size, 1);
  const channels = shape.at(-1) ?? 1;
  checkConstants(preprocessing, { scaling: name, channels });
  const unit = train.examples.features instanceof Uint8Array ? 1 / 255 : 1;
  let measured: FeatureMoments | undefined;
  const moments = () => (measured ??= measureFeatures(train));
  const groups = { all: 1, channel: channels, feature: features }[per];
  const constants = scalings[name]({
    unit,
    isImage,
    groups,
    moments: () => combineMoments(moments(), groups),
    preprocessing: { ...preprocessing, per },
  });
  const scaling = scalingOf(constants, { unit, features });
  const describe = () =>
    describeFitted({ name, per, constants, scaling, unit, channels, moments: moments() });
  return { scaling, describe };
}

/** (x * unit - offset) / divisor as x * scale + shift. */
function scalingOf(
  { offset, divisor }: Constants,
  { unit, features }: { unit: number; features: number },
): FeatureScaling {
  const length = offset.length === 1 && divisor.length === 1 ? 1 : features;
  const scale = new Float64Array(length);
  const shift = new Float64Array(length);
  for (let feature = 0; feature < length; feature++) {
    const divided = divisor[feature % divisor.length]!;
    if (divided === 0) continue;
    scale[feature] = unit / divided;
    // Less from 0: no shift is 0 and not -0.
    shift[feature] = 0 - offset[feature % offset.length]! / divided;
  }
  return { scale, shift };
}
