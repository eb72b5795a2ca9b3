import { z } from "zod";

import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/** learningRate gamma^floor(t / stepSize). @see torch.optim.lr_scheduler.StepLR */
export const step = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("step"),
    per: perField("epoch"),
    /** Length of a stair, in `per`. Defaults to 10. */
    stepSize: z.int().min(1).default(10),
    /** What a stair multiplies the rate by. Defaults to 0.1. */
    gamma: z.number().positive().max(10).default(0.1),
    ...warmupFields,
  }),
  rate: ({ stepSize, gamma }, { learningRate, time }) => learningRate * gamma ** Math.floor(time / stepSize),
});
