import { z } from "zod";

import { aroundOne, defineAugmentation, factors, probability } from "./augmentation.ts";

/** Multiplies all values of an image by a factor drawn uniformly. */
export const brightness = defineAugmentation({
  stream: 10,
  schema: z.strictObject({
    /** f for 1 - f to 1 + f, or a range [low, high]; from 0 to 10. Defaults to 0.2. */
    factor: factors({ least: 0, greatest: 10 }).default(0.2),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: ({ factor }) => {
    const [low, high] = aroundOne(factor);
    return { kind: "brightness", settings: { low, high } };
  },
});
