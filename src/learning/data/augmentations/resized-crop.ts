import { z } from "zod";

import { defineAugmentation, logRatios, probability, ratios, reach } from "./augmentation.ts";

/**
 * Shows a part of the image in the size of the whole. Area and place are drawn uniformly, the logarithm of the aspect
 * ratio too; a part that does not fit is drawn again, at most ten times, and is then the largest one in the middle.
 *
 * As RandomResizedCrop of torchvision, except that the part need not begin and end at a pixel's border.
 */
export const resizedCrop = defineAugmentation({
  stream: 9,
  schema: z.strictObject({
    /** Share of the area: s for s to 1, or a range [low, high]; from 0.01 to 1. Defaults to 0.08. */
    area: reach({ number: z.number().min(0.01).max(1), least: 0.01, greatest: 1 }).default(0.08),
    /** Width / height: r for 1 / r to r, or a range [low, high]; from 0.01 to 100. Defaults to 4 / 3. */
    ratio: ratios.default(4 / 3),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: ({ area, ratio }) => {
    const [areaLow, areaHigh] = typeof area === "number" ? [area, 1] : area;
    return { kind: "crop", settings: { areaLow, areaHigh, ...logRatios(ratio) } };
  },
});
