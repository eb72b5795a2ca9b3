import { z } from "zod";

import { defineAugmentation, inPixels, probability, shares, unmoved } from "./augmentation.ts";

/** Moves by a distance drawn uniformly, parts of pixels included. */
export const shift = defineAugmentation({
  stream: 4,
  schema: z.strictObject({
    /** As a share of the width, positive to the right: s for -s to s, or a range; to 1. Defaults to 0.1. */
    horizontal: shares.default(0.1),
    /** As a share of the height, positive downwards: s for -s to s, or a range; to 1. Defaults to 0.1. */
    vertical: shares.default(0.1),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: (settings, [height, width]) => ({
    kind: "affine",
    settings: {
      ...unmoved,
      ...inPixels("shiftX", settings.horizontal, width),
      ...inPixels("shiftY", settings.vertical, height),
    },
  }),
});
