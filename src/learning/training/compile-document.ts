import { TunesmithError } from "../../base/index.ts";
import { compileModel, type CompiledModel } from "../compiler/index.ts";
import {
  lowerAugmentation,
  lowerMixing,
  outputsOf,
  unitScaling,
  type DataDocument,
  type FeatureScaling,
  type TrainingSplits,
} from "../data/index.ts";
import type { BatchSource } from "../runtime/index.ts";
import { layersOf } from "../model/index.ts";
import { batchSizesOf } from "./batch-sizes.ts";
import type { TrainingDocument } from "./document.ts";
import { defaultLoss, losses } from "./losses/index.ts";
import { measureOptions } from "./measures/measure-names.ts";
import { optimizerRule } from "./optimizers/index.ts";

/** Largest arena: beyond it a machine would swap, and offsets of 32 bits end at four times as much. */
const largestArenaBytes = 8 * 1024 ** 3;

/** Examples per evaluation step; large, since nothing is kept between layers. */
const evaluationBatchSize = 256;

/** How the data set holds its examples. */
export function sourceOf({ train }: TrainingSplits): "bytes" | "floats" {
  return train.examples.features instanceof Uint8Array ? "bytes" : "floats";
}

/** What each value becomes while a batch is gathered. */
export function scalingOf({ scaling, train }: TrainingSplits): FeatureScaling {
  return scaling ?? unitScaling(train.examples.features);
}

/** Whether features share their scaling. */
export function scalingKind(splits: TrainingSplits): "uniform" | "per-feature" {
  return scalingOf(splits).scale.length === 1 ? "uniform" : "per-feature";
}

/** Training examples, and those that they may be mixed with when a document asks for it: the training split, in order. */
export function batchSourceOf(
  { augmentation }: Pick<DataDocument, "augmentation">,
  { train }: TrainingSplits,
): BatchSource {
  const isMixed = augmentation.mixup !== undefined || augmentation.cutmix !== undefined;
  const { features, labels } = train.examples;
  return isMixed ? { features, labels, partners: train.indices.toSorted() } : { features, labels };
}

/** @throws SHAPE_MISMATCH, INVALID_DOCUMENT */
export function compileDocument(
  { data, model, training }: TrainingDocument,
  splits: TrainingSplits,
): CompiledModel {
  const { step, statistics } = batchSizesOf(training, splits.train.indices.length);
  const { task } = splits;
  const outputs = outputsOf(task);
  const loss = training.loss ?? defaultLoss(task.kind);
  const compiled = compileModel({
    layers: layersOf(model, outputs),
    inputShape: splits.shape,
    source: sourceOf(splits),
    scaling: scalingKind(splits),
    augmentation: lowerAugmentation(data.augmentation, splits.shape),
    mixing: lowerMixing(data.augmentation, splits.shape),
    labelling: { task: task.kind, outputs },
    loss: losses[loss].rule(training, outputs),
    optimizer: optimizerRule(training),
    batchSize: step,
    microBatchSize: statistics,
    evaluationBatchSize,
    measure: measureOptions(training.measure),
  });
  const bytes = compiled.plan.arenaFloats * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > largestArenaBytes) {
    throw new TunesmithError("INVALID_DOCUMENT", {
      message: `model: training it takes ${(bytes / 1024 ** 3).toFixed(1)} GiB, more than the limit of ${largestArenaBytes / 1024 ** 3} GiB.`,
      hint: "Make the model smaller, or `training.batchSize` where batch normalisation needs a whole batch at once.",
      facts: { bytes },
    });
  }
  return compiled;
}
