import { z } from "zod";

import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/** learningRate (1 - t / duration)^power, then 0. @see torch.optim.lr_scheduler.PolynomialLR */
export const polynomial = defineSchedule({
  schema: z.strictObject({
    kind: z.literal("polynomial"),
    per: perField("epoch"),
    /** When the rate gets to 0, in `per`. Defaults to the end of the training. */
    duration: z.int().min(1).optional(),
    /** Defaults to 1, a straight line. */
    power: z.number().positive().max(10).default(1),
    ...warmupFields,
  }),
  rate: ({ duration, power }, { learningRate, time, length }) => {
    const end = duration ?? length;
    return learningRate * (1 - Math.min(time, end) / end) ** power;
  },
});
