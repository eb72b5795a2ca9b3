/** From the totals that kernels leave in slots to an epoch's metrics. */
import type { CompiledModel } from "../compiler/index.ts";
import type { Executor } from "../runtime/index.ts";

export interface Measured {
  readonly model: Pick<CompiledModel, "slots">;
  readonly executor: Pick<Executor, "slots">;
}

/** Mean loss and accuracy over the examples of one pass. */
export function takePassMetrics(measured: Measured, name: string, examples: number): Record<string, number> {
  return {
    [`${name}/loss`]: take(measured, "loss") / examples,
    [`${name}/accuracy`]: take(measured, "correct") / examples,
  };
}

/** The value of a slot that kernels add to, which starts again from 0. */
function take({ model, executor }: Measured, name: string): number {
  const slot = model.slots[name]!;
  const value = executor.slots[slot]!;
  executor.slots[slot] = 0;
  return value;
}
