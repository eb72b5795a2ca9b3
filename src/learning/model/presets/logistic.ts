import { z } from "zod";

import { definePreset } from "./preset.ts";

/** One dense layer: logistic regression with a softmax in the loss, or linear regression. */
export const logistic = definePreset({
  schema: z.strictObject({ kind: z.literal("logistic") }),
  layers: (_model, outputs) => [
    { type: "flatten", name: "flatten" },
    { type: "dense", name: "output", units: outputs },
  ],
});
