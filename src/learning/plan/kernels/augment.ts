import {
  choice,
  dimension,
  optional,
  reads,
  slots,
  writes,
  type Dimensions,
  type KernelSignature,
} from "../kernel.ts";
import { padFeatures } from "../padding.ts";

/**
 * What augmentation is made of: the settings of each primitive in the order of their slots. Low and high are the ends of
 * a range from which a number is drawn uniformly.
 */
export const augmentPrimitives = {
  flip: ["isVertical"],
  affine: [
    "turnsLow",
    "turnsHigh",
    "shiftXLow",
    "shiftXHigh",
    "shiftYLow",
    "shiftYHigh",
    "zoomLow",
    "zoomHigh",
    "shearXLow",
    "shearXHigh",
    "shearYLow",
    "shearYHigh",
  ],
  jitter: ["pixels"],
  crop: ["areaLow", "areaHigh", "logRatioLow", "logRatioHigh"],
  brightness: ["low", "high"],
  contrast: ["low", "high"],
  noise: ["deviation"],
  erase: ["areaLow", "areaHigh", "logRatioLow", "logRatioHigh", "isNoise", "fill"],
} as const;

export type AugmentPrimitiveKind = keyof typeof augmentPrimitives;

export type AugmentPrimitive = {
  [Kind in AugmentPrimitiveKind]: {
    readonly kind: Kind;
    readonly settings: Readonly<Record<(typeof augmentPrimitives)[Kind][number], number>>;
    /** How often it is done, from 0 to 1. */
    readonly probability: number;
    /** Which random numbers it takes. */
    readonly stream: number;
  };
}[AugmentPrimitiveKind];

/** Slots of one primitive: kind, stream, probability and settings, of which the longest list has twelve. */
export const augmentPrimitiveSlots = 16;

/** A primitive as its slots hold it. */
export function augmentPrimitiveValues({
  kind,
  settings,
  probability,
  stream,
}: AugmentPrimitive): Float64Array {
  const values = new Float64Array(augmentPrimitiveSlots);
  const named = settings as Readonly<Record<string, number>>;
  values.set([
    Object.keys(augmentPrimitives).indexOf(kind),
    stream,
    probability,
    ...augmentPrimitives[kind].map((name) => named[name]!),
  ]);
  return values;
}

/** Pixels around the copy of an image that is read between pixels: one before, two after. */
const margin = 3;

/** Places of each column's elements, and one image with its margin. */
export const augmentScratchFloats = ({ height, width, channels }: Dimensions) =>
  2 * padFeatures(width! * channels!) + (height! + margin) * (width! + margin) * channels!;

/**
 * As `gatherBytes` or another of its family, each example [height, width, channels] changed before `value * scale + shift`.
 *
 * What is drawn is a function of key, example, epoch and a primitive's stream: word w of Philox block (b, example, epoch,
 * stream), as a fraction of 2^32, is draw 4 b + w. A primitive is done when draw 0 is below its probability. Its numbers
 * are the next draws: of `affine` turns, shift x, shift y, zoom, shear x, shear y; of `jitter` x and y; of attempt a at
 * a box in `crop` and `erase` area, ratio, left and top from draw 4 (a + 1). Noise for value v of an image comes from
 * blocks from 16 on.
 *
 * Primitives that move pixels make one map from places of the new image to places of the old one, which is then read
 * once, between pixels by weights of the four around a place; by mirroring and whole pixels alone values are copied. The
 * others follow in their order; of bytes each leaves values from 0 to 255.
 */
const gatherAugmented: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    output: writes((d) => d.batch! * d.stride!),
    scratch: writes(augmentScratchFloats),
    height: dimension,
    width: dimension,
    channels: dimension,
    stride: dimension,
    source: choice("bytes", "floats"),
    primitives: dimension,
    program: slots((d) => d.primitives! * augmentPrimitiveSlots),
    /** 1 for the image's edge, and a value for bytes from 0 to 1. */
    fill: slots(2),
    /** The stream's 64 bits, the lower 32 first. */
    key: slots(2),
    /** Counts from 1. */
    epoch: slots(1),
    /** scale, shift */
    scaling: slots(2),
    /** In place of `scaling` one for each feature, [2, stride]: the scales, then the shifts. */
    featureScaling: optional(reads((d) => 2 * d.stride!)),
  },
};

export const augmentKernels = { gatherAugmented };
