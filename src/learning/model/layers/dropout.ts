import { z } from "zod";

import { defineLayer, layerFields } from "../layer.ts";

/**
 * In training sets each value, or each channel of an image, to 0 with probability `rate` and divides the others by
 * 1 - rate; in evaluation it changes nothing.
 *
 * @see Srivastava et al. 2014, "Dropout"; per channel: Tompson et al. 2015, "Efficient Object Localization Using
 *   Convolutional Networks"
 */
export const dropout = defineLayer({
  schema: z.strictObject({
    type: z.literal("dropout"),
    ...layerFields,
    /** Defaults to 0.5. */
    rate: z.number().min(0).lt(1).default(0.5),
    /** What is dropped as one. A row's features are channels of one element each. Defaults to `element`. */
    per: z.enum(["element", "channel"]).default("element"),
  }),
  isElementwise: true,
  outputShape: (_layer, [{ shape }]) => shape,
});
