import { z } from "zod";

import { optimizerNames } from "./optimizers/index.ts";
import { scheduleSchema } from "./schedules/index.ts";
import { stoppingSchema } from "./stopping.ts";

/** The `training` part of a document: how the weights are found. Rates are per step, decay is the L2 penalty's factor. */
export const trainingSchema = z.strictObject({
  /** Defaults to `adam`. */
  optimizer: z.enum(optimizerNames).default("adam"),
  loss: z.enum(["cross-entropy"]).default("cross-entropy"),
  learningRate: z.number().positive().max(1000).default(1e-3),
  /** How the rate goes on from `learningRate`. Defaults to a constant rate. */
  schedule: scheduleSchema.prefault({ kind: "constant" }),
  /** Added to the gradient as `weightDecay * weight`, biases included, as PyTorch's `weight_decay` is. Defaults to 0. */
  weightDecay: z.number().min(0).max(1000).default(0),
  /** Examples per step. Defaults to 32. */
  batchSize: z.int().min(1).max(65_536).default(32),
  /** Passes over the training split. Defaults to 10. */
  epochs: z.int().min(1).max(1_000_000).default(10),
  /** When to end before that, and what the best epoch is best in. Defaults to never, and to the validation loss. */
  stopping: stoppingSchema.prefault({}),
  /** Ends with the weights of the best epoch in place of the last one's. Defaults to false. */
  restoreBest: z.boolean().default(false),
  /** After each epoch evaluates on the training split too, as `train-evaluated/...`. Defaults to false. */
  evaluateTrain: z.boolean().default(false),
  /** Of SGD only: share of the previous step that is kept. Defaults to 0. */
  momentum: z.number().min(0).lt(1).default(0),
  /** Of Adam only: decay of the mean of gradients. Defaults to 0.9. */
  beta1: z.number().min(0).lt(1).default(0.9),
  /** Of Adam only: decay of the mean of squared gradients. Defaults to 0.999. */
  beta2: z.number().min(0).lt(1).default(0.999),
  /** Of Adam only: added to the denominator. Defaults to 1e-8. */
  epsilon: z.number().positive().max(1).default(1e-8),
});

export type TrainingRecipe = z.output<typeof trainingSchema>;
