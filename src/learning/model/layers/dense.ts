import { z } from "zod";

import { layerInitializerFields } from "../initializers/fields.ts";
import { defineLayer, layerFields, shapeMismatch } from "../layer.ts";

/** Wider layers than this ask for more memory than a machine has; the limit catches slips such as 1e9. */
export const widestLayer = 65_536;

/** [batch, in] -> [batch, units]: output = input weight + bias. */
export const dense = defineLayer({
  schema: z.strictObject({
    type: z.literal("dense"),
    ...layerFields,
    units: z.int().min(1).max(widestLayer),
    /** Defaults to true. */
    bias: z.boolean().default(true),
    ...layerInitializerFields,
  }),
  outputShape: (layer, [{ shape }]) => {
    if (shape.length !== 1) {
      const hint = `Add a flatten layer before \`${layer.name}\`.`;
      throw shapeMismatch(layer, { expected: "input [batch, features]", received: shape, hint });
    }
    return [layer.units];
  },
  weights: ({ name, units, bias }, [{ shape, flattenedFrom }]) => {
    const inFeatures = shape[0]!;
    const from = { layer: name, fanIn: inFeatures, fanOut: units };
    const torch =
      flattenedFrom?.length === 3
        ? { view: [...flattenedFrom, units], axes: [3, 2, 0, 1], shape: [units, inFeatures] }
        : { view: [inFeatures, units], axes: [1, 0], shape: [units, inFeatures] };
    return [
      { name: `${name}.weight`, role: "weight", shape: [inFeatures, units], torch, ...from },
      ...(bias ? [{ name: `${name}.bias`, role: "bias" as const, shape: [units], ...from }] : []),
    ];
  },
});
