import { z } from "zod";

import { cosineBetween } from "./cosine.ts";
import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/**
 * Half a cosine down to `minimumRate`, again and again, each `periodFactor` times as long as the one before.
 *
 * @see torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
 * @see Loshchilov, Hutter 2017, "SGDR: Stochastic Gradient Descent with Warm Restarts"
 */
export const cosineRestarts = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("cosine-restarts"),
    per: perField("epoch"),
    /** Length of the first period, in `per`. Defaults to 10. */
    period: z.int().min(1).default(10),
    /** Defaults to 1: periods of one length. */
    periodFactor: z.int().min(1).max(10).default(1),
    /** Defaults to 0. */
    minimumRate: z.number().min(0).max(1000).default(0),
    ...warmupFields,
  }),
  rate: ({ period, periodFactor, minimumRate }, { learningRate, time }) => {
    let [start, length] = [0, period];
    if (periodFactor === 1) start = time - (time % period);
    while (time >= start + length) {
      start += length;
      length *= periodFactor;
    }
    return cosineBetween(learningRate, minimumRate, (time - start) / length);
  },
});
