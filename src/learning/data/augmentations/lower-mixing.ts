import { TunesmithError } from "../../../base/index.ts";
import { largerShareQuantiles } from "./beta-quantiles.ts";
import type { AugmentationDocument } from "./index.ts";

export interface MixingRule {
  readonly probability: number;
  /** Of the larger share, at even places from 0 to 1. */
  readonly quantiles: Float64Array;
}

/** How training examples are mixed with others. */
export interface MixingProgram {
  readonly mixup?: MixingRule | undefined;
  readonly cutmix?: MixingRule | undefined;
}

/** Of which the engine takes the values between by straight lines. */
const places = 513;

/**
 * The mixing that a document asks for; undefined when it asks for none.
 *
 * @param shape of one example
 * @throws INVALID_DOCUMENT when there are no images to take boxes of
 */
export function lowerMixing(
  { mixup, cutmix }: AugmentationDocument,
  shape: readonly number[],
): MixingProgram | undefined {
  if (mixup === undefined && cutmix === undefined) return undefined;
  if (cutmix !== undefined && shape.length !== 3) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `data.augmentation: \`cutmix\` is for images of shape [height, width, channels], got examples of shape [${shape.join(", ")}].`,
      hint: "Take `mixup`, which adds up examples of any shape.",
      facts: { shape },
    });
  }
  const ruleOf = (method: { alpha: number; probability: number } | undefined) =>
    method && { probability: method.probability, quantiles: largerShareQuantiles(method.alpha, places) };
  return { mixup: ruleOf(mixup), cutmix: ruleOf(cutmix) };
}
