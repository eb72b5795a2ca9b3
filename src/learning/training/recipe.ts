import { z } from "zod";

import { optimizerFields, withOptimizerDefaults } from "./optimizers/fields.ts";
import { measureNames } from "./measures/measure-names.ts";
import { scheduleSchema } from "./schedules/index.ts";
import { stoppingSchema } from "./stopping.ts";

/** The `training` part of a document: how the weights are found. */
export const trainingSchema = z
  .strictObject({
    ...optimizerFields,
    /** How the rate goes on from `learningRate`. Defaults to a constant rate. */
    schedule: scheduleSchema.prefault({ kind: "constant" }),
    loss: z.enum(["cross-entropy"]).default("cross-entropy"),
    /**
     * Examples over which a gradient is taken: 1 is stochastic gradient descent as in the books, `full`, the whole training
     * split, batch gradient descent. At most the training split. Defaults to 32.
     */
    batchSize: z.union([z.int().min(1).max(65_536), z.literal("full")]).default(32),
    /**
     * Batches whose gradients make one step: as `batchSize * accumulationSteps` examples at once, but for statistics of the
     * batch, which are over `batchSize`. Defaults to 1.
     */
    accumulationSteps: z.int().min(1).max(65_536).default(1),
    /** Passes over the training split. Defaults to 10. */
    epochs: z.int().min(1).max(1_000_000).default(10),
    /** When to end before that, and what the best epoch is best in. Defaults to never, and to the validation loss. */
    stopping: stoppingSchema.prefault({}),
    /** Ends with the weights of the best epoch in place of the last one's. Defaults to false. */
    restoreBest: z.boolean().default(false),
    /** After each epoch evaluates on the training split too, as `train-evaluated/...`. Defaults to false. */
    evaluateTrain: z.boolean().default(false),
    /** What is measured besides loss, accuracy and the mean absolute weight and gradient of layers. Defaults to none. */
    measure: z.array(z.enum(measureNames)).max(measureNames.length).default([]),
  })
  .transform(withOptimizerDefaults);

export type TrainingRecipe = z.output<typeof trainingSchema>;
