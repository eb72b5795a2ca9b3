import { z } from "zod";

import { defineAugmentation, probability } from "./augmentation.ts";

/** Adds a normal number of its own to each value. */
export const gaussianNoise = defineAugmentation({
  stream: 12,
  schema: z.strictObject({
    /** Standard deviation where bytes go from 0 to 1, or in the unit of examples held as floats; to 10. Defaults to 0.05. */
    deviation: z.number().min(0).max(10).default(0.05),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: ({ deviation }) => ({ kind: "noise", settings: { deviation } }),
});
