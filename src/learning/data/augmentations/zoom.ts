import { z } from "zod";

import { aroundOne, defineAugmentation, factors, probability, unmoved } from "./augmentation.ts";

/** Enlarges or shrinks about the centre by a factor drawn uniformly. */
export const zoom = defineAugmentation({
  stream: 6,
  schema: z.strictObject({
    /** Above 1 enlarges: f for 1 - f to 1 + f, or a range [low, high]; from 0.1 to 10. Defaults to 0.1. */
    factor: factors({ least: 0.1, greatest: 10 }).default(0.1),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: (settings) => {
    const [zoomLow, zoomHigh] = aroundOne(settings.factor);
    return { kind: "affine", settings: { ...unmoved, zoomLow, zoomHigh } };
  },
});
