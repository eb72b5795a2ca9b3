import { z } from "zod";

import { layerInitializerFields } from "../initializers/fields.ts";
import { defineLayer, layerFields, shapeMismatch, type LayerInput } from "../layer.ts";
import {
  kernelSchema,
  paddingSchema,
  strideSchema,
  windowGeometry,
  type WindowGeometry,
  type WindowSettings,
} from "../window.ts";
import { widestLayer } from "./dense.ts";

/** [batch, height, width, channels] -> [batch, out height, out width, filters]: each window's product with the weight. */
export const convolution = defineLayer({
  schema: z.strictObject({
    type: z.literal("convolution"),
    ...layerFields,
    filters: z.int().min(1).max(widestLayer),
    /** Height and width of the windows, or one number for both. */
    kernel: kernelSchema,
    /** Pixels from window to window. Defaults to 1. */
    stride: strideSchema.default(1),
    /** Defaults to none. */
    padding: paddingSchema.default("valid"),
    /** Pixels between neighbours in a window. Defaults to 1. */
    dilation: strideSchema.default(1),
    /** Into how many groups channels and filters are cut; each group reads its own channels. Defaults to 1. */
    groups: z.int().min(1).max(widestLayer).default(1),
    /** Defaults to true. */
    bias: z.boolean().default(true),
    ...layerInitializerFields,
  }),
  outputShape: (layer, [{ shape }]) => {
    const { outHeight, outWidth } = convolutionGeometry(layer, shape);
    const { groups, filters } = layer;
    const channels = shape[2]!;
    if (channels % groups !== 0) {
      const expected = `channels that ${groups} groups divide`;
      throw shapeMismatch(layer, { expected, received: `${channels} channels` });
    }
    if (filters % groups !== 0) {
      const expected = `filters that ${groups} groups divide`;
      throw shapeMismatch(layer, { expected, received: `${filters} filters` });
    }
    return [outHeight, outWidth, filters];
  },
  weights: (
    { name, filters, groups, bias, ...layer },
    [{ shape }]: readonly [LayerInput, ...LayerInput[]],
  ) => {
    const { kernelHeight, kernelWidth } = convolutionGeometry({ name, ...layer }, shape);
    const channels = shape[2]! / groups;
    const taps = kernelHeight * kernelWidth;
    const from = { layer: name, fanIn: taps * channels, fanOut: (taps * filters) / groups };
    const weightShape = [kernelHeight, kernelWidth, channels, filters];
    const torch = {
      view: weightShape,
      axes: [3, 2, 0, 1],
      shape: [filters, channels, kernelHeight, kernelWidth],
    };
    return [
      { name: `${name}.weight`, role: "weight", shape: weightShape, torch, ...from },
      ...(bias ? [{ name: `${name}.bias`, role: "bias" as const, shape: [filters], ...from }] : []),
    ];
  },
});

/** @throws SHAPE_MISMATCH when the input is no image or no window fits in it. */
export function convolutionGeometry(
  layer: WindowSettings & { readonly type: string; readonly name: string },
  shape: readonly number[],
): WindowGeometry {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    const hint = `Images have three dimensions: \`${layer.name}\` cannot follow a flatten or dense layer.`;
    throw shapeMismatch(layer, { expected: "input [batch, height, width, channels]", received: shape, hint });
  }
  const geometry = windowGeometry(layer, [height, width]);
  if (geometry.outHeight < 1 || geometry.outWidth < 1) {
    const reach = (taps: number) => (taps - 1) * geometry.dilation + 1;
    const rows = reach(geometry.kernelHeight) - 2 * geometry.top;
    const columns = reach(geometry.kernelWidth) - 2 * geometry.left;
    throw shapeMismatch(layer, {
      expected: `an image of ${Math.max(1, rows)} x ${Math.max(1, columns)} pixels or more`,
      received: shape,
      hint: "Take a smaller kernel, a padding, or fewer layers with strides before it.",
    });
  }
  return geometry;
}
