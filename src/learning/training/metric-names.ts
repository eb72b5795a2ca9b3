import { z } from "zod";

import type { Task } from "../data/index.ts";
import { taskMetricNames } from "./epoch-metrics.ts";

/** The name of a metric where a document mentions one. */
export const metricSchema = z
  .string()
  .regex(/^[^/\s]+\/[^/\s]+$/, "expected the name of a metric, such as `validation/loss`");

type PassMetricName = (typeof taskMetricNames)[Task["kind"]][number];

export type EpochMetricName =
  `${"train" | "train-evaluated" | "validation"}/${PassMetricName | "seconds"}` | "train/learning-rate";

/** What every training of the task reports once per epoch, for those who ask for a metric by its name. */
export function epochMetricNames(task: Task["kind"]): EpochMetricName[] {
  return [
    ...taskMetricNames[task].map((name) => `train/${name}` as const),
    ...taskMetricNames[task].map((name) => `validation/${name}` as const),
    "train/learning-rate",
    "train/seconds",
    "validation/seconds",
  ];
}

/** What every trial reports once, with its first epoch: how large its model is. */
export const modelMetricNames = ["model/weights", "model/multiply-adds"] as const;

/** With `training.evaluateTrain`: the training split by the weights as they are after the epoch. */
export function evaluatedTrainMetricNames(task: Task["kind"]): EpochMetricName[] {
  return [...taskMetricNames[task], "seconds" as const].map((name) => `train-evaluated/${name}` as const);
}
