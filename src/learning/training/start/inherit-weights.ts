/** Puts what a training left into the arena of one that goes on from there. */
import { openCheckpoint, slotsName, unusable, type CheckpointContext } from "../checkpoint.ts";
import type { TrainingStart } from "../document.ts";
import { contentOf, namedBuffers, shapeOf, writeTensor } from "../named-tensors.ts";
import { optimizerCounters } from "../optimizers/index.ts";

export interface InheritOptions {
  readonly start: TrainingStart;
  /** Of the training that goes on, so that random numbers which depend on the step are not drawn twice. */
  readonly stepsPerEpoch: number;
}

/**
 * Takes weights, running statistics, the optimiser's state and its counters of steps; everything else is as the document
 * that goes on says. State that the start does not have, such as a velocity when it had no momentum, begins as always.
 *
 * @param file a checkpoint of the start's document after exactly its epochs
 * @param context of an executor that is ready for its first step
 * @throws INVALID_CHECKPOINT
 */
export function inheritWeights(
  file: Uint8Array,
  { model, executor, origin }: CheckpointContext,
  { start, stepsPerEpoch }: InheritOptions,
): void {
  const { document, epochs } = start;
  const { tensors } = openCheckpoint(file, { document, runtime: origin.runtime });
  const buffers = namedBuffers(model);
  const fits = (named: (typeof buffers)[number]) =>
    tensors[named.name]?.shape.join() === shapeOf(named).join();
  const missing = buffers.find((named) => named.buffer.region === "weights" && !fits(named));
  if (missing !== undefined) throw unusable(`\`${missing.name}\` is missing or has another shape`);
  for (const named of buffers.filter(fits)) {
    writeTensor(named, tensors[named.name]!.values, contentOf(named.buffer, executor));
  }
  // Plans of one optimiser begin with the same slots.
  const inherited = tensors[slotsName]?.values ?? [];
  for (const name of optimizerCounters(document.training)) {
    const slot = model.slots[`optimizer/${name}`]!;
    executor.slots[slot] = inherited[slot] ?? executor.slots[slot]!;
  }
  executor.slots[model.slots["step"]!] = epochs * stepsPerEpoch;
}
