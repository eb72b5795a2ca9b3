import { z } from "zod";

import { defineLayer, layerFields } from "../layer.ts";

/** Probabilities from logits, over the last dimension. Cross-entropy takes logits and needs none before it. */
export const softmax = defineLayer({
  schema: z.strictObject({ type: z.literal("softmax"), ...layerFields }),
  isElementwise: true,
  outputShape: (_layer, [{ shape }]) => shape,
});
