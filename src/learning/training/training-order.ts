/**
 * Which examples a training pass steps through, in order: a function of seed and epoch, so that nobody has to remember how
 * far random numbers were used.
 */
import { RandomStream, TunesmithError, type Seed } from "../../base/index.ts";
import type { TrainingSplits } from "../data/index.ts";
import { batchSizesOf } from "./batch-sizes.ts";
import type { TrainingDocument } from "./document.ts";

type OrderingDocument = Pick<TrainingDocument, "data" | "seed" | "training">;

/** @param epoch counts from 1 */
export function trainingOrder(
  { data, seed, training }: OrderingDocument,
  splits: TrainingSplits,
  epoch: number,
): Int32Array {
  const order =
    data.sampling === "balanced"
      ? drawBalanced(splits, { seed: seed as Seed, epoch })
      : splits.train.indices.slice();
  new RandomStream(seed as Seed, "order", epoch).shuffle(order);
  return order.subarray(0, examplesPerEpoch(training, order.length));
}

/** How many examples the steps of an epoch take. @param examples in the training split */
export function examplesPerEpoch(training: TrainingDocument["training"], examples: number): number {
  const { step } = batchSizesOf(training, examples);
  return training.lastBatch === "drop" ? examples - (examples % step) : examples;
}

/**
 * As many draws as there are training examples, class after class in turn; the next epoch goes on with the class after
 * the last. Of a class a permutation is drawn, and again from its start when it is used up.
 */
function drawBalanced(
  { train, task }: TrainingSplits,
  { seed, epoch }: { readonly seed: Seed; readonly epoch: number },
): Int32Array {
  const classes = task.kind === "classification" ? task.classes.length : 0;
  const permutations = Array.from({ length: classes }, (_, label) => {
    const examples = train.indices.filter((index) => train.examples.labels[index] === label);
    new RandomStream(seed, "balanced", epoch, label).shuffle(examples);
    return examples;
  });
  const count = train.indices.length;
  const firstClass = ((epoch - 1) * count) % classes;
  return Int32Array.from({ length: count }, (_, draw) => {
    const examples = permutations[(firstClass + draw) % classes]!;
    return examples[Math.floor(draw / classes) % examples.length]!;
  });
}

/** @throws INVALID_DOCUMENT when classes cannot be drawn equally often */
export function checkSampling(
  { data }: Pick<TrainingDocument, "data">,
  { train, task }: Pick<TrainingSplits, "train" | "task">,
): void {
  if (data.sampling !== "balanced") return;
  if (task.kind !== "classification") {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: "data.sampling: `balanced` draws each class equally often, got values to predict.",
      hint: "Leave `data.sampling` out.",
    });
  }
  const counts = task.classes.map(() => 0);
  for (const index of train.indices) counts[train.examples.labels[index]!]! += 1;
  const missing = counts.indexOf(0);
  if (missing < 0) return;
  throw new TunesmithError("INVALID_DOCUMENT", {
    message: `data.sampling: for \`balanced\` every class must have a training example, got none of \`${task.classes[missing]}\`.`,
    hint: "Raise `data.train`, set `data.stratified`, or leave `data.sampling` out.",
    facts: { counts },
  });
}
