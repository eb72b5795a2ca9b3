/**
 * Where an epoch stands between two of its steps. An epoch is a few passes over the data: training, evaluation on the
 * training split where asked for, validation. Together with the arena and the slots this is all that it takes to go on.
 */
import type { TrainingSplits } from "../data/index.ts";
import type { PhaseName } from "../plan/index.ts";
import type { TrainingDocument } from "./document.ts";
import { trainingOrder } from "./training-order.ts";

export interface EpochProgress {
  /** Index of the pass that is under way. */
  pass: number;
  /** How many examples of the pass are done. */
  position: number;
  /** Steps of the pass. */
  steps: number;
  /** Of the pass. */
  seconds: number;
  /** Steps of the training pass, when that is over. */
  trainSteps: number;
  /** Of the passes that are over. */
  readonly metrics: Record<string, number>;
}

export function startOfEpoch(): EpochProgress {
  return { pass: 0, position: 0, steps: 0, seconds: 0, trainSteps: 0, metrics: {} };
}

export interface EpochPass {
  /** In front of its metrics' names. */
  readonly name: "train" | "train-evaluated" | "validation";
  readonly phase: PhaseName;
  readonly order: Int32Array;
}

/** The passes of one epoch, in order. @param epoch counts from 1 */
export function passesOf(
  document: Pick<TrainingDocument, "data" | "seed" | "training">,
  splits: TrainingSplits,
  epoch: number,
): readonly EpochPass[] {
  return [
    { name: "train", phase: "train", order: trainingOrder(document, splits, epoch) },
    ...(document.training.evaluateTrain
      ? [{ name: "train-evaluated", phase: "evaluate", order: splits.train.indices } as const]
      : []),
    { name: "validation", phase: "evaluate", order: splits.validation.indices },
  ];
}
