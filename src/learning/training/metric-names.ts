import { z } from "zod";

/** The name of a metric where a document mentions one. */
export const metricSchema = z
  .string()
  .regex(/^[^/\s]+\/[^/\s]+$/, "expected the name of a metric, such as `validation/loss`");

/** What every training reports once per epoch, for those who ask for a metric by its name. */
export const epochMetricNames = [
  "train/loss",
  "train/accuracy",
  "validation/loss",
  "validation/accuracy",
  "train/learning-rate",
  "train/seconds",
  "validation/seconds",
] as const;

/** With `training.evaluateTrain`: the training split by the weights as they are after the epoch. */
export const evaluatedTrainMetricNames = [
  "train-evaluated/loss",
  "train-evaluated/accuracy",
  "train-evaluated/seconds",
] as const;
