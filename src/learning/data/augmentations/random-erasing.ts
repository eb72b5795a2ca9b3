import { z } from "zod";

import { defineAugmentation, logRatios, probability, ratios, reach } from "./augmentation.ts";

/** The smallest box when only the largest is given, as in torchvision. */
const usualSmallest = 0.02;

/**
 * Covers a box of whole pixels. Area and place are drawn uniformly, the logarithm of the aspect ratio too; a box that does
 * not fit is drawn again, at most ten times.
 *
 * @see Zhong et al. 2020, "Random Erasing Data Augmentation"
 */
export const randomErasing = defineAugmentation({
  stream: 13,
  schema: z.strictObject({
    /** Share of the area: a for 0.02 to a, or a range [low, high]; from 0 to 1. Defaults to 0.33. */
    area: reach({ number: z.number().min(0).max(1), least: 0, greatest: 1 }).default(0.33),
    /** Width / height: r for 1 / r to r, or a range [low, high]; from 0.01 to 100. Defaults to 3.3. */
    ratio: ratios.default(3.3),
    /** A value where bytes go from 0 to 1, or `noise`: each value drawn uniformly from 0 to 1. Defaults to 0, black. */
    fill: z.union([z.literal("noise"), z.number()]).default(0),
    /** Defaults to 0.5. */
    probability: probability.default(0.5),
  }),
  lower: ({ area, ratio, fill }) => {
    const [areaLow, areaHigh] = typeof area === "number" ? [Math.min(usualSmallest, area), area] : area;
    const filling = fill === "noise" ? { isNoise: 1, fill: 0 } : { isNoise: 0, fill };
    return { kind: "erase", settings: { areaLow, areaHigh, ...logRatios(ratio), ...filling } };
  },
});
