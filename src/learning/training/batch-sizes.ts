import { TunesmithError } from "../../base/index.ts";
import type { TrainingRecipe } from "./recipe.ts";

export interface BatchSizes {
  /** Examples in a step. */
  readonly step: number;
  /** Examples over which statistics of a batch are taken. */
  readonly statistics: number;
}

/**
 * @param examples in the training split
 * @throws INVALID_DOCUMENT when a step takes more than there are
 */
export function batchSizesOf(
  { batchSize, accumulationSteps }: Pick<TrainingRecipe, "batchSize" | "accumulationSteps">,
  examples: number,
): BatchSizes {
  const statistics = batchSize === "full" ? examples : batchSize;
  const step = statistics * accumulationSteps;
  if (step <= examples) return { step, statistics };
  const received = accumulationSteps === 1 ? `${step}` : `${statistics} * ${accumulationSteps} = ${step}`;
  const name = accumulationSteps === 1 ? "batchSize" : "batchSize * accumulationSteps";
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `training: ${name} must be at most the ${examples} examples of the training split, got ${received}.`,
    hint: "Make `training.batchSize` smaller, or `full` for all examples in one step.",
    facts: { examples, batchSize, accumulationSteps },
  });
}
