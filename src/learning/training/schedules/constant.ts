import { z } from "zod";

import { defineSchedule, perField, warmupFields } from "./schedule.ts";

/** The rate itself. */
export const constant = defineSchedule({
  schema: z.strictObject({ kind: z.literal("constant"), per: perField("epoch"), ...warmupFields }),
  rate: (_settings, { learningRate }) => learningRate,
});
