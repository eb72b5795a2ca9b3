import { z } from "zod";

import { defineAugmentation, degrees, inTurns, probability, unmoved } from "./augmentation.ts";

/** Beyond it an image is hardly wider than a line. */
const steepest = 80;

/** Leans the image by an angle drawn uniformly. */
export const shear = defineAugmentation({
  stream: 5,
  schema: z.strictObject({
    /** In degrees, positive moves the top to the right, as in italics: d for -d to d, or a range; to 80. Defaults to 10. */
    horizontal: degrees(steepest).default(10),
    /** In degrees, positive moves the right side up: d for -d to d, or a range; to 80. Defaults to 0. */
    vertical: degrees(steepest).default(0),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: (settings) => ({
    kind: "affine",
    settings: {
      ...unmoved,
      ...inTurns("shearX", settings.horizontal),
      ...inTurns("shearY", settings.vertical),
    },
  }),
});
