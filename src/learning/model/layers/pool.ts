/** Pooling: every output pixel is the maximum or the mean of a window of pixels, channel by channel. */
import { z } from "zod";

import { defineLayer, layerFields, shapeMismatch, type Shape } from "../layer.ts";

/** Larger windows are slips. */
const widestWindow = 1024;

const extent = z.int().min(1).max(widestWindow);
const margin = z.int().min(0).max(widestWindow);
/** Along height and width, or one number for both. */
const extents = z.union([extent, z.tuple([extent, extent])]);
const margins = z.union([margin, z.tuple([margin, margin])]);

type Pair = readonly [height: number, width: number];

/** In pixels. The first window reaches `padding` over the border. */
export interface PoolWindows {
  readonly size: Pair;
  readonly stride: Pair;
  readonly padding: Pair;
}

/**
 * What means are taken over. windows: all of a window, with 0 beyond the border. inside: the part of a window inside of the
 * image. adaptive: bin i of n over a size of s pixels is [floor(i s / n), ceil((i + 1) s / n)).
 */
export type AverageBins =
  { readonly kind: "windows" | "inside"; readonly windows: PoolWindows } | { readonly kind: "adaptive" };

const pair = (value: number | Pair): Pair => (typeof value === "number" ? [value, value] : value);

const windowFields = {
  size: extents,
  /** Pixels from window to window. Defaults to the size. */
  stride: extents.optional(),
  /** Pixels beyond the border, at most half of the size. Defaults to 0. */
  padding: margins.default(0),
};

interface WindowSettings {
  readonly size: number | Pair;
  readonly stride?: number | Pair | undefined;
  readonly padding: number | Pair;
}

const isPaddedByHalf = ({ size, padding }: WindowSettings) => {
  const [height, width] = pair(size);
  const [top, left] = pair(padding);
  return 2 * top <= height && 2 * left <= width;
};
/** A window that lies beyond the border altogether has no maximum. */
const paddingRule = { message: "expected at most half of `size`", path: ["padding"] };

/** With defaults filled in. */
export function poolWindows({ size, stride, padding }: WindowSettings): PoolWindows {
  return { size: pair(size), stride: pair(stride ?? size), padding: pair(padding) };
}

interface NamedLayer {
  readonly type: string;
  readonly name: string;
}

function checkImage(
  layer: NamedLayer,
  shape: Shape,
): readonly [height: number, width: number, channels: number] {
  const [height, width, channels] = shape;
  if (shape.length === 3) return [height!, width!, channels!];
  const hint = `Images have three dimensions: \`${layer.name}\` cannot follow a flatten or dense layer.`;
  throw shapeMismatch(layer, { expected: "input [batch, height, width, channels]", received: shape, hint });
}

function pooledShape(layer: NamedLayer & WindowSettings, shape: Shape): Shape {
  const [height, width, channels] = checkImage(layer, shape);
  const { size, stride, padding } = poolWindows(layer);
  const outHeight = Math.floor((height + 2 * padding[0] - size[0]) / stride[0]) + 1;
  const outWidth = Math.floor((width + 2 * padding[1] - size[1]) / stride[1]) + 1;
  if (outHeight < 1 || outWidth < 1) {
    const least = size.map((pixels, axis) => Math.max(1, pixels - 2 * padding[axis as 0 | 1]));
    throw shapeMismatch(layer, {
      expected: `an image of ${least.join(" x ")} pixels or more`,
      received: shape,
      hint: `The image has collapsed: pool less often before \`${layer.name}\`, or with smaller strides.`,
    });
  }
  return [outHeight, outWidth, channels];
}

/** The largest value of each window; beyond the border there is none. */
export const maxPool = defineLayer({
  schema: z
    .strictObject({ type: z.literal("maxPool"), ...layerFields, ...windowFields })
    .refine(isPaddedByHalf, paddingRule),
  outputShape: (layer, [{ shape }]) => pooledShape(layer, shape),
});

/** The mean of each window. */
export const averagePool = defineLayer({
  schema: z
    .strictObject({
      type: z.literal("averagePool"),
      ...layerFields,
      ...windowFields,
      /** Whether pixels beyond the border count as 0, or not at all. Defaults to true. */
      countIncludePadding: z.boolean().default(true),
    })
    .refine(isPaddedByHalf, paddingRule),
  outputShape: (layer, [{ shape }]) => pooledShape(layer, shape),
});

/** The mean of each bin of an image that is cut into so many, whatever its size; bins may overlap by a pixel. */
export const adaptiveAveragePool = defineLayer({
  schema: z.strictObject({
    type: z.literal("adaptiveAveragePool"),
    ...layerFields,
    /** Height and width of the result, or one number for both. */
    output: extents,
  }),
  outputShape: (layer, [{ shape }]) => [...pair(layer.output), checkImage(layer, shape)[2]],
});

/** The mean of each channel: an image to a row of features. */
export const globalAveragePool = defineLayer({
  schema: z.strictObject({ type: z.literal("globalAveragePool"), ...layerFields }),
  outputShape: (layer, [{ shape }]) => [checkImage(layer, shape)[2]],
});
