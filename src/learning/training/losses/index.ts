/** The registry of losses. */
import type { Task } from "../../data/index.ts";
import { binaryCrossEntropy } from "./binary-cross-entropy.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { huber, meanAbsoluteError, meanSquaredError } from "./errors.ts";
import type { Loss } from "./loss.ts";

export type { Loss } from "./loss.ts";

export const losses = {
  "cross-entropy": crossEntropy,
  "mean-squared-error": meanSquaredError,
  "mean-absolute-error": meanAbsoluteError,
  huber,
  "binary-cross-entropy": binaryCrossEntropy,
} as const satisfies Record<string, Loss>;

export type LossName = keyof typeof losses;

export const lossNames = Object.keys(losses) as [LossName, ...LossName[]];

/** The loss of a recipe that names none. */
export function defaultLoss(task: Task["kind"]): LossName {
  return task === "classification" ? "cross-entropy" : "mean-squared-error";
}
