import { z } from "zod";

import { defineLayer, layerFields } from "../layer.ts";

/** Features in any shape to one row. */
export const flatten = defineLayer({
  schema: z.strictObject({ type: z.literal("flatten"), ...layerFields }),
  outputShape: (_layer, [{ shape }]) => [shape.reduce((product, size) => product * size, 1)],
});
