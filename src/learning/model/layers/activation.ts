import { z } from "zod";

import { activationNames } from "../activation.ts";
import { defineLayer, layerFields } from "../layer.ts";

/** A function of each value by itself. */
export const activation = defineLayer({
  schema: z.strictObject({
    type: z.literal("activation"),
    ...layerFields,
    activation: z.enum(activationNames),
  }),
  isElementwise: true,
  outputShape: (_layer, [{ shape }]) => shape,
});
