import { z } from "zod";

import { defineAugmentation, degrees, inTurns, probability, unmoved } from "./augmentation.ts";

/** Turns about the centre by an angle drawn uniformly. */
export const rotation = defineAugmentation({
  stream: 3,
  schema: z.strictObject({
    /** In degrees, positive counter-clockwise: d for -d to d, or a range [low, high]; to 360. Defaults to 10. */
    degrees: degrees(360).default(10),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: (settings) => ({ kind: "affine", settings: { ...unmoved, ...inTurns("turns", settings.degrees) } }),
});
