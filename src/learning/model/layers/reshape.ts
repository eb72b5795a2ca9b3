import { z } from "zod";

import { defineLayer, layerFields, shapeMismatch } from "../layer.ts";

/** The same values in the same row-major order under another shape, that of one example. Channels come last. */
export const reshape = defineLayer({
  schema: z.strictObject({
    type: z.literal("reshape"),
    ...layerFields,
    /** [features] or [height, width, channels]. */
    shape: z
      .array(
        z
          .int()
          .min(1)
          .max(2 ** 24),
      )
      .min(1)
      .max(3),
  }),
  outputShape: (layer, [{ shape }]) => {
    const count = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1);
    if (count(layer.shape) === count(shape)) return layer.shape;
    throw shapeMismatch(layer, {
      expected: `input of ${count(layer.shape)} values for shape [${layer.shape.join(", ")}]`,
      received: `[${["batch", ...shape].join(", ")}] with ${count(shape)}`,
      hint: "Choose a `shape` whose product is the number of values of one example.",
    });
  },
});
