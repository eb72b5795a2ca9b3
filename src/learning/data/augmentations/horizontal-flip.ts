import { z } from "zod";

import { defineAugmentation, probability } from "./augmentation.ts";

/** Mirrors left and right. Not for digits and letters. */
export const horizontalFlip = defineAugmentation({
  stream: 1,
  schema: z.strictObject({
    /** Defaults to 0.5. */
    probability: probability.default(0.5),
  }),
  lower: () => ({ kind: "flip", settings: { isVertical: 0 } }),
});
