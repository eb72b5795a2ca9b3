/** From the totals that kernels leave in slots to an epoch's metrics. */
import type { CompiledModel } from "../compiler/index.ts";
import type { Executor } from "../runtime/index.ts";

export interface Measured {
  readonly model: Pick<CompiledModel, "slots" | "weights">;
  readonly executor: Pick<Executor, "slots">;
}

/** Mean loss and accuracy over the examples of one pass. */
export function takePassMetrics(measured: Measured, name: string, examples: number): Record<string, number> {
  return {
    [`${name}/loss`]: take(measured, "loss") / examples,
    [`${name}/accuracy`]: take(measured, "correct") / examples,
  };
}

/** Mean absolute weight after the epoch and mean absolute gradient over its steps, of each layer's weight matrix. */
export function takeMagnitudes(measured: Measured, steps: number): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const { description } of measured.model.weights) {
    const { role, layer, name, shape } = description;
    if (role !== "weight") continue;
    const count = shape.reduce((product, size) => product * size, 1);
    metrics[`${layer}/weight-mean-absolute`] = take(measured, `${name}/weight`) / count;
    metrics[`${layer}/gradient-mean-absolute`] = take(measured, `${name}/gradient`) / count / steps;
  }
  return metrics;
}

/** The value of a slot that kernels add to, which starts again from 0. */
function take({ model, executor }: Measured, name: string): number {
  const slot = model.slots[name]!;
  const value = executor.slots[slot]!;
  executor.slots[slot] = 0;
  return value;
}
