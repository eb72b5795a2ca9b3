import { z } from "zod";

import { defineAugmentation, probability } from "./augmentation.ts";

/** Pads each side and cuts a window of the image's size out: a shift by whole pixels, each equally likely. */
export const paddedCrop = defineAugmentation({
  stream: 8,
  schema: z.strictObject({
    /** In pixels, from 0 to 1024. Defaults to 4. */
    padding: z.int().min(0).max(1024).default(4),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: ({ padding }) => ({ kind: "jitter", settings: { pixels: padding } }),
});
