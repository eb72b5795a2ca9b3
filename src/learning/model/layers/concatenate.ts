import { z } from "zod";

import { defineLayer, layerFields, shapeMismatch } from "../layer.ts";

/** Two or more values one after the other along the last dimension: features of rows, channels of images. */
export const concatenate = defineLayer({
  schema: z.strictObject({ type: z.literal("concatenate"), ...layerFields }),
  inputs: "two or more",
  outputShape: (layer, inputs) => {
    const [{ shape }] = inputs;
    const outer = shape.slice(0, -1);
    const other = inputs.find(
      (input) => input.shape.length !== shape.length || input.shape.slice(0, -1).join() !== outer.join(),
    );
    if (other !== undefined) {
      const last = shape.length === 1 ? "features" : "channels";
      const expected = `inputs alike but for their ${last}, [${["batch", ...outer, last].join(", ")}] like the first`;
      throw shapeMismatch(layer, { expected, received: other.shape });
    }
    return [...outer, inputs.reduce((sum, input) => sum + input.shape.at(-1)!, 0)];
  },
});
