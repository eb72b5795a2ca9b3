import { z } from "zod";

import { defineLayer, layerFields, shapeMismatch } from "../layer.ts";

/** The sum of two or more values of one shape: a residual connection. */
export const add = defineLayer({
  schema: z.strictObject({ type: z.literal("add"), ...layerFields }),
  inputs: "two or more",
  isElementwise: true,
  outputShape: (layer, [first, ...others]) => {
    const other = others.find(({ shape }) => shape.join() !== first.shape.join());
    if (other === undefined) return first.shape;
    const expected = `inputs of one shape, [${["batch", ...first.shape].join(", ")}] like the first`;
    throw shapeMismatch(layer, { expected, received: other.shape });
  },
});
