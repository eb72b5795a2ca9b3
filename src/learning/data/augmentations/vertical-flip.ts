import { z } from "zod";

import { defineAugmentation, probability } from "./augmentation.ts";

/** Mirrors top and bottom. */
export const verticalFlip = defineAugmentation({
  stream: 2,
  schema: z.strictObject({
    /** Defaults to 0.5. */
    probability: probability.default(0.5),
  }),
  lower: () => ({ kind: "flip", settings: { isVertical: 1 } }),
});
