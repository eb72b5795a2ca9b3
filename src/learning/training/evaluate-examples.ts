/**
 * The evaluate phase on examples that a training never saw: a second arena of the same plan beside other examples, so
 * that the training itself stays as it is.
 */
import { setImmediate } from "node:timers/promises";

import type { CompiledModel } from "../compiler/index.ts";
import type { Examples, Task } from "../data/index.ts";
import type { Executor, Runtime } from "../runtime/index.ts";
import type { BestWeights } from "./best-weights.ts";
import { takePassMetrics } from "./epoch-metrics.ts";
import { contentOf } from "./named-tensors.ts";

/** A model as a training leaves it. */
export interface TrainedModel {
  readonly model: CompiledModel;
  readonly runtime: Runtime;
  readonly executor: Executor;
  /** Where the weights and running statistics are. */
  readonly weights: Executor | BestWeights;
  readonly task: Task;
}

export interface EvaluationOptions {
  /** The first part of the metrics' names: `test` gives `test/loss` and `test/accuracy`. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
}

/** The trained model in an arena of its own, for other examples; what it measures is its own too. */
export function executorBeside(
  { model: { plan }, runtime, executor: trained, weights }: Omit<TrainedModel, "task">,
  examples: Examples,
): Executor {
  const executor = runtime.createExecutor(plan, examples);
  for (const buffer of plan.buffers) {
    if (buffer.region === "temporary") continue;
    const source = buffer.region === "weights" ? weights : trained;
    executor.arena.set(contentOf(buffer, source), buffer.offset);
  }
  executor.slots.set(trained.slots);
  return executor;
}

export async function evaluateExamples(
  trained: TrainedModel,
  examples: Examples,
  { name, signal }: EvaluationOptions,
): Promise<Record<string, number>> {
  const { model, task } = trained;
  const executor = executorBeside(trained, examples);
  const measured = { model, executor };
  const order = Int32Array.from({ length: examples.count }, (_, index) => index);
  const pass = { name, task, split: { examples, indices: order } };
  // A pass that was broken off has left a part of its totals.
  takePassMetrics(measured, pass);
  const { batchSize } = model.plan.phases.evaluate;
  // One batch in each call: the event loop gets through, and a call costs nothing beside it.
  for (let first = 0; first < order.length; first += batchSize) {
    signal?.throwIfAborted();
    const end = Math.min(order.length, first + batchSize);
    executor.execute("evaluate", { order, first, end, watchedSlot: -1 });
    await setImmediate();
  }
  return takePassMetrics(measured, pass);
}
