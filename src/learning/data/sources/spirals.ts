/**
 * Arms that wind around the origin, from a tenth of the radius to 1. Neighbours in the plane are of different classes everywhere,
 * so the border is long and must be followed along its whole length; more turns make it longer.
 *
 * Accuracy on the test split, of seeds 0, 1 and 2, with coordinates as they are, Adam, rate 3e-3, batch 32, 100 epochs:
 * linear 0.643, 0.642, 0.637; one hidden layer of 8 0.658, 0.663, 0.774; two of 32 0.996 three times.
 *
 * @see Lang, Witbrock 1988, "Learning to Tell Two Spirals Apart", for the problem with two arms and three turns
 */
import { z } from "zod";

import { noiseSchema, numbered, planarFields, planarSource } from "../planar/planar-source.ts";
import { onCircle } from "../planar/turn.ts";
import { defineSourceKind } from "./source.ts";

export const spirals = defineSourceKind({
  schema: z.strictObject({
    kind: z.literal("spirals"),
    ...planarFields,
    /** Defaults to 0.05. */
    noise: noiseSchema.default(0.05),
    /** How many arms. Defaults to 2. */
    classes: z.int().min(2).max(20).default(2),
    /** How often an arm goes around. Defaults to 1.5. */
    turns: z.number().gt(0).max(20).default(1.5),
  }),
  source: ({ count, seed, noise, classes, turns }) =>
    planarSource({
      name: "spirals",
      title: "Spiral arms around one another",
      classes: numbered("arm", classes),
      count,
      seed,
      noise,
      point: (index, uniform) => {
        const label = index % classes;
        const radius = 0.1 + 0.9 * uniform(0);
        const [x, y] = onCircle(label / classes + turns * radius);
        return { at: [radius * x, radius * y], label };
      },
    }),
});
