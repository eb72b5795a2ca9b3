import { z } from "zod";

import {
  aroundOne,
  defineAugmentation,
  degrees,
  factors,
  inPixels,
  inTurns,
  probability,
  shares,
  unmoved,
} from "./augmentation.ts";

/** Shear, zoom, rotation and shift, in this order and about the centre, by one decision; each drawn uniformly. */
export const affine = defineAugmentation({
  stream: 7,
  schema: z.strictObject({
    /** In degrees, positive counter-clockwise: d for -d to d, or a range; to 360. Defaults to 10. */
    degrees: degrees(360).default(10),
    /** As a share of width and of height: s for -s to s, or a range; to 1. Defaults to 0.1. */
    shift: shares.default(0.1),
    /** Above 1 enlarges: f for 1 - f to 1 + f, or a range; from 0.1 to 10. Defaults to 0.1. */
    zoom: factors({ least: 0.1, greatest: 10 }).default(0.1),
    /** Horizontal lean in degrees: d for -d to d, or a range; to 80. Defaults to 0. */
    shear: degrees(80).default(0),
    /** Defaults to 1. */
    probability: probability.default(1),
  }),
  lower: (settings, [height, width]) => {
    const [zoomLow, zoomHigh] = aroundOne(settings.zoom);
    return {
      kind: "affine",
      settings: {
        ...unmoved,
        ...inTurns("turns", settings.degrees),
        ...inPixels("shiftX", settings.shift, width),
        ...inPixels("shiftY", settings.shift, height),
        zoomLow,
        zoomHigh,
        ...inTurns("shearX", settings.shear),
      },
    };
  },
});
