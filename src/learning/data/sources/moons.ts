/**
 * Two half-circles of radius 1, each around an end of the other. No straight line parts them; one bend is enough.
 *
 * Accuracy on the test split, of seeds 0, 1 and 2, with coordinates as they are, Adam, rate 3e-3, batch 32, 100 epochs:
 * linear 0.891 three times; one hidden layer of 8 0.917, 0.971, 0.965; two of 32 0.969, 0.969, 0.965.
 */
import { z } from "zod";

import { noiseSchema, planarFields, planarSource } from "../planar/planar-source.ts";
import { onCircle } from "../planar/turn.ts";
import { defineSourceKind } from "./source.ts";

export const moons = defineSourceKind({
  schema: z.strictObject({
    kind: z.literal("moons"),
    ...planarFields,
    /** Defaults to 0.2. */
    noise: noiseSchema.default(0.2),
  }),
  source: ({ count, seed, noise }) =>
    planarSource({
      name: "moons",
      title: "Two interleaved half-moons",
      classes: ["upper", "lower"],
      count,
      seed,
      noise,
      point: (index, uniform) => {
        const label = index % 2;
        const [x, y] = onCircle(uniform(0) / 2);
        return { at: label === 0 ? [x, y] : [1 - x, 0.5 - y], label };
      },
    }),
});
