import { z } from "zod";

import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/**
 * minimumRate + (learningRate - minimumRate) (1 + cos(pi t / duration)) / 2; after `duration` it rises again, as PyTorch's.
 *
 * @see torch.optim.lr_scheduler.CosineAnnealingLR
 * @see Loshchilov, Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts", eq. 5
 */
export const cosine = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("cosine"),
    per: perField("epoch"),
    /** When the rate is smallest, in `per`. Defaults to the end of the training. */
    duration: z.int().min(1).optional(),
    /** Defaults to 0. */
    minimumRate: z.number().min(0).max(1000).default(0),
    ...warmupFields,
  }),
  rate: ({ duration, minimumRate }, { learningRate, time, length }) =>
    cosineBetween(learningRate, minimumRate, time / (duration ?? length)),
});

/** From `start` to `end` along half a cosine. @param share of the way, 0 to 1 */
export function cosineBetween(start: number, end: number, share: number): number {
  return end + ((start - end) * (1 + Math.cos(Math.PI * share))) / 2;
}
