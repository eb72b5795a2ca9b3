/** What a trained model says of examples, one by one. */
import { setImmediate } from "node:timers/promises";

import { internalError } from "../../base/index.ts";
import type { CompiledModel } from "../compiler/index.ts";
import { outputsOf, type Split } from "../data/index.ts";
import { executorBeside, type TrainedModel } from "./evaluate-examples.ts";
import type { LossName } from "./losses/index.ts";

export interface PredictOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs the evaluate phase in pieces of a chunk, whose outputs are still in the arena when it ends: the loss reads them last.
 *
 * @returns [indices, outputs]: probabilities of classes that add up to 1, or predicted values
 */
export async function predictExamples(
  trained: TrainedModel & { readonly loss: LossName },
  { examples, indices }: Split,
  { signal }: PredictOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { model, task, loss } = trained;
  const executor = executorBeside(trained, examples);
  const { offset, stride } = outputsIn(model);
  const outputs = outputsOf(task);
  const predicted = new Float32Array(indices.length * outputs);
  const { chunkSize } = model.plan.phases.evaluate;
  for (let first = 0; first < indices.length; first += chunkSize) {
    signal?.throwIfAborted();
    const end = Math.min(indices.length, first + chunkSize);
    executor.execute("evaluate", { order: indices, first, end, watchedSlot: -1 });
    for (let row = first; row < end; row++) {
      const start = offset + (row - first) * stride;
      predicted.set(executor.arena.subarray(start, start + outputs), row * outputs);
    }
    await setImmediate();
  }
  if (task.kind === "classification") {
    for (let row = 0; row < indices.length; row++) {
      toProbabilities(predicted.subarray(row * outputs, (row + 1) * outputs), loss);
    }
  }
  return predicted;
}

/** Where the evaluate phase leaves the outputs of its last chunk. */
function outputsIn({ plan }: CompiledModel): { readonly offset: number; readonly stride: number } {
  const call = plan.phases.evaluate.calls.find(
    ({ kernel }) => kernel === "softmaxCrossEntropy" || kernel === "elementwiseLoss",
  );
  if (call === undefined) throw internalError("a plan's evaluate phase has no loss");
  const buffer = call.arguments["logits"] ?? call.arguments["predictions"]!;
  return { offset: plan.buffers[buffer]!.offset, stride: call.arguments["stride"]! };
}

/**
 * Cross-entropy trains logits of a softmax and binary cross-entropy those of a sigmoid for each class; the other losses
 * train outputs that are to be 0 or 1 themselves.
 */
function toProbabilities(outputs: Float32Array, loss: LossName): void {
  const largest = Math.max(...outputs);
  const lowest = Math.min(0, ...outputs);
  for (let i = 0; i < outputs.length; i++) {
    const value = outputs[i]!;
    if (loss === "cross-entropy") outputs[i] = Math.exp(value - largest);
    else if (loss === "binary-cross-entropy") outputs[i] = 1 / (1 + Math.exp(-value));
    else outputs[i] = value - lowest;
  }
  const sum = outputs.reduce((total, value) => total + value, 0);
  for (let i = 0; i < outputs.length; i++) outputs[i] = sum > 0 ? outputs[i]! / sum : 1 / outputs.length;
}
