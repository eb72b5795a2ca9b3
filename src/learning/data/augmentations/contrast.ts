import { z } from "zod";

import { aroundOne, defineAugmentation, factors, probability } from "./augmentation.ts";

/** Multiplies the distance of each value from the mean of the image's values by a factor drawn uniformly. */
export const contrast = defineAugmentation({
  stream: 11,
  schema: z.strictObject({
    /** 0 is a grey area: f for 1 - f to 1 + f, or a range [low, high]; from 0 to 10. Defaults to 0.2. */
    factor: factors({ least: 0, greatest: 10 }).default(0.2),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: ({ factor }) => {
    const [low, high] = aroundOne(factor);
    return { kind: "contrast", settings: { low, high } };
  },
});
