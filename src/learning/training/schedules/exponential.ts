import { z } from "zod";

import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/** learningRate gamma^t. @see torch.optim.lr_scheduler.ExponentialLR */
export const exponential = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("exponential"),
    per: perField("epoch"),
    /** What each step or epoch multiplies the rate by. Defaults to 0.95. */
    gamma: z.number().positive().max(10).default(0.95),
    ...warmupFields,
  }),
  rate: ({ gamma }, { learningRate, time }) => learningRate * gamma ** time,
});
