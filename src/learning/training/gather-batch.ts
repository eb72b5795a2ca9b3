import type { Seed } from "../../base/index.ts";
import { compileGather } from "../compiler/index.ts";
import { lowerAugmentation, lowerMixing, type DataDocument, type TrainingSplits } from "../data/index.ts";
import type { Runtime } from "../runtime/index.ts";
import { batchSourceOf, scalingKind, scalingOf, sourceOf } from "./compile-document.ts";
import { initializeInputs } from "./initialize-executor.ts";

/** Nobody waits for a few images more, and few have to lie in memory twice. */
const largestBatch = 64;

export interface GatherBatchOptions {
  /** The part of a document that says how examples are scaled and varied. */
  readonly data: Pick<DataDocument, "augmentation">;
  readonly splits: TrainingSplits;
  readonly runtime: Runtime;
  /** Of the training, as its document has it. */
  readonly seed: string;
  /** Counts from 1. */
  readonly epoch: number;
  /** Which of `splits.train.examples`; at least one. */
  readonly indices: ArrayLike<number>;
  /** As in training, or as in evaluation. Defaults to true. */
  readonly isAugmented?: boolean;
}

/**
 * What the network sees of some examples in an epoch, by the kernels that a training gathers its batches with.
 *
 * @returns [indices, ...shape]
 * @throws INVALID_DOCUMENT when examples cannot be augmented as `data` asks.
 */
export function gatherBatch(options: GatherBatchOptions): Float32Array<ArrayBuffer> {
  const { data, splits, runtime, seed, epoch, isAugmented = true } = options;
  const { examples } = splits.train;
  const order = Int32Array.from(options.indices);
  const features = {
    inputShape: splits.shape,
    source: sourceOf(splits),
    scaling: scalingKind(splits),
    augmentation: isAugmented ? lowerAugmentation(data.augmentation, splits.shape) : undefined,
    mixing: isAugmented ? lowerMixing(data.augmentation, splits.shape) : undefined,
  };
  const gather = compileGather(features, Math.min(order.length, examples.count, largestBatch));
  const { batchSize } = gather.plan.phases.train;
  const executor = runtime.createExecutor(gather.plan, batchSourceOf(data, splits));
  initializeInputs(gather, executor, { seed: seed as Seed, scaling: scalingOf(splits) });
  executor.slots[gather.slots.epoch] = epoch;
  const { offset, layout } = gather.plan.buffers[gather.output]!;
  const size = examples.features.length / examples.count;
  const batch = new Float32Array(order.length * size);
  for (let first = 0; first < order.length; first += batchSize) {
    const end = Math.min(order.length, first + batchSize);
    executor.execute("train", { order, first, end, watchedSlot: -1 });
    for (let row = first; row < end; row++) {
      const start = offset + (row - first) * layout.stride;
      batch.set(executor.arena.subarray(start, start + size), row * size);
    }
  }
  return batch;
}
