/** From the totals that kernels leave in slots to an epoch's metrics. */
import type { CompiledModel } from "../compiler/index.ts";
import { outputsOf, type Split, type Task } from "../data/index.ts";
import type { Executor } from "../runtime/index.ts";

export interface Measured {
  readonly model: Pick<CompiledModel, "slots">;
  readonly executor: Pick<Executor, "slots">;
}

/** What a pass over a split reports beside its time, by task. */
export const taskMetricNames = {
  classification: ["loss", "accuracy"],
  regression: ["loss", "mean-absolute-error", "r-squared"],
} as const satisfies Record<Task["kind"], readonly string[]>;

export interface MeasuredPass {
  /** In front of its metrics' names. */
  readonly name: string;
  readonly task: Task;
  /** The examples that it went over. */
  readonly split: Split;
}

/**
 * The metrics of one pass. The loss is the mean over the examples, with class weights the weighted mean over all of them:
 * the sum of w_i loss_i divided by that of w_i. Errors are in the targets' unit. R squared is that of all outputs
 * together: 1 - the sum of squared errors / the sum of squared distances from each output's mean over the split; when the
 * targets are all alike it is 1 for a perfect prediction, else 0.
 */
export function takePassMetrics(
  measured: Measured,
  { name, task, split }: MeasuredPass,
): Record<string, number> {
  const examples = split.indices.length;
  const loss = take(measured, "loss") / take(measured, "lossWeight");
  const correct = take(measured, "correct");
  const [absoluteError, squaredError] = [take(measured, "absoluteError"), take(measured, "squaredError")];
  if (task.kind === "classification") {
    return { [`${name}/loss`]: loss, [`${name}/accuracy`]: correct / examples };
  }
  const outputs = outputsOf(task);
  const spread = squaresAroundMean(split, outputs);
  return {
    [`${name}/loss`]: loss,
    [`${name}/mean-absolute-error`]: absoluteError / (examples * outputs),
    [`${name}/r-squared`]: spread > 0 ? 1 - squaredError / spread : Number(squaredError === 0),
  };
}

/** Summed over all outputs, each around its own mean. */
function squaresAroundMean({ examples: { labels }, indices }: Split, outputs: number): number {
  let squares = 0;
  for (let output = 0; output < outputs; output++) {
    let sum = 0;
    for (const index of indices) sum += labels[index * outputs + output]!;
    const mean = sum / indices.length;
    for (const index of indices) squares += (labels[index * outputs + output]! - mean) ** 2;
  }
  return squares;
}

/** The value of a slot that kernels add to, which starts again from 0. */
function take({ model, executor }: Measured, name: string): number {
  const slot = model.slots[name]!;
  const value = executor.slots[slot]!;
  executor.slots[slot] = 0;
  return value;
}
