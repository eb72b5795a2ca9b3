/** Normalisation: values less their mean, over their standard deviation, times a trained scale, plus a trained shift. */
import { z } from "zod";

import {
  defineLayer,
  layerFields,
  shapeMismatch,
  type Shape,
  type TorchLayout,
  type WeightDescription,
} from "../layer.ts";

const sharedFields = {
  /** Added to the variance. Defaults to 1e-5. */
  epsilon: z.number().positive().max(1).default(1e-5),
  /** Whether there is a scale and a shift. Defaults to true. */
  affine: z.boolean().default(true),
};

/** The trained scale and shift, called weight and bias as in PyTorch; none without `affine`. */
function affineWeights(
  { name, affine }: { readonly name: string; readonly affine: boolean },
  { shape, torch }: { shape: Shape; torch?: TorchLayout },
): WeightDescription[] {
  if (!affine) return [];
  const from = { layer: name, shape, fanIn: 1, fanOut: 1, ...(torch === undefined ? {} : { torch }) };
  return [
    { name: `${name}.weight`, role: "scale", ...from },
    { name: `${name}.bias`, role: "shift", ...from },
  ];
}

/**
 * Mean and variance of each channel over the batch, and over the pixels of images. Evaluation takes running averages of
 * them; a batch with one value per channel leaves those as they are and comes out as the shift.
 *
 * @see Ioffe, Szegedy 2015, "Batch Normalization"; as in PyTorch the batch is normalised by its biased variance, and the
 *   running variance is of the unbiased ones
 */
export const batchNorm = defineLayer({
  schema: z.strictObject({
    type: z.literal("batchNorm"),
    ...layerFields,
    ...sharedFields,
    /** Weight of the newest batch in the running averages. Defaults to 0.1. */
    momentum: z.number().min(0).max(1).default(0.1),
  }),
  outputShape: (layer, [{ shape }]) => {
    if (shape.length === 1 || shape.length === 3) return shape;
    const expected = "input [batch, features] or [batch, height, width, channels]";
    throw shapeMismatch(layer, { expected, received: shape });
  },
  weights: (layer, [{ shape }]) => {
    const from = { layer: layer.name, shape: shape.slice(-1), fanIn: 1, fanOut: 1 };
    return [
      ...affineWeights(layer, from),
      { name: `${layer.name}.running_mean`, role: "running-mean", ...from },
      { name: `${layer.name}.running_var`, role: "running-variance", ...from },
    ];
  },
});
/**
 * Mean and variance of each example's values, or of each pixel's channels.
 *
 * @see Ba et al. 2016, "Layer Normalization"
 */
export const layerNorm = defineLayer({
  schema: z.strictObject({
    type: z.literal("layerNorm"),
    ...layerFields,
    ...sharedFields,
    /** What is normalised together, with a scale and a shift each: the last dimension or all of an example. Defaults to `last`. */
    over: z.enum(["last", "all"]).default("last"),
  }),
  outputShape: (_layer, [{ shape }]) => shape,
  weights: (layer, [{ shape }]) => {
    if (layer.over === "last" || shape.length === 1) return affineWeights(layer, { shape: shape.slice(-1) });
    const [height, width, channels] = shape as readonly [number, number, number];
    const torch = { view: shape, axes: [2, 0, 1], shape: [channels, height, width] };
    return affineWeights(layer, { shape, ...(shape.length === 3 ? { torch } : {}) });
  },
});

/**
 * Mean and variance of each example's channels in groups of neighbours, over all pixels.
 *
 * @see Wu, He 2018, "Group Normalization"
 */
export const groupNorm = defineLayer({
  schema: z.strictObject({
    type: z.literal("groupNorm"),
    ...layerFields,
    ...sharedFields,
    groups: z.int().min(1).max(65_536),
  }),
  outputShape: (layer, [{ shape }]) => {
    const channels = shape.at(-1)!;
    if (channels % layer.groups === 0) return shape;
    throw shapeMismatch(layer, {
      expected: `channels that ${layer.groups} groups divide`,
      received: `${channels} channels`,
    });
  },
  weights: (layer, [{ shape }]) => affineWeights(layer, { shape: shape.slice(-1) }),
});
