import { z } from "zod";

import { lossNames } from "./losses/index.ts";
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
    /** Defaults to `cross-entropy` for classes and `mean-squared-error` for values; with those classes are 0 and 1. */
    loss: z.enum(lossNames).optional(),
    /** Of cross-entropy only: the share of each label that is spread evenly over all classes. Defaults to 0. */
    labelSmoothing: z.number().min(0).max(1).default(0),
    /**
     * Of cross-entropy only: what each class counts. A step's loss is the weighted mean over its examples, the sum of
     * w_i loss_i divided by that of w_i. Defaults to 1 for each.
     */
    classWeights: z.array(z.number().positive().max(1e6)).min(1).max(65_536).optional(),
    /** Of huber only: the error from which on the loss is linear. Defaults to 1. */
    huberDelta: z.number().positive().max(1e6).default(1),
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
    /** What becomes of an epoch's last step when too few examples are left for a whole one. Defaults to `keep`. */
    lastBatch: z.enum(["keep", "drop"]).default("keep"),
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
