import { z } from "zod";

import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/** learningRate gamma^(milestones reached). @see torch.optim.lr_scheduler.MultiStepLR */
export const multiStep = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("multi-step"),
    per: perField("epoch"),
    /** When the rate changes, in `per`; a time that is listed twice counts twice. */
    milestones: z.array(z.int().min(1)).min(1).max(1000),
    /** What a milestone multiplies the rate by. Defaults to 0.1. */
    gamma: z.number().positive().max(10).default(0.1),
    ...warmupFields,
  }),
  rate: ({ milestones, gamma }, { learningRate, time }) =>
    learningRate * gamma ** milestones.filter((milestone) => milestone <= time).length,
});
