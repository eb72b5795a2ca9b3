import { setImmediate } from "node:timers/promises";

import type { CompiledModel } from "../compiler/index.ts";
import type { PhaseName } from "../plan/index.ts";
import { mostRates, type ExecuteOptions, type Executor } from "../runtime/index.ts";
import type { Measurements } from "./measures/measurements.ts";
import type { EpochPass, EpochProgress } from "./epoch-progress.ts";

/** How long the event loop may wait for the core. */
const sliceMs = 200;

export interface PassHooks {
  /** Called between steps; what it throws ends the call, and the progress says where. */
  readonly beforeSlice: () => Promise<void> | undefined;
  /** Learning rates of the pass's steps [first, first + count). */
  readonly rates: (first: number, count: number) => ExecuteOptions["rates"];
}

/** Where the examples of a pass's last step begin. */
export function lastStepStart(examples: number, batchSize: number): number {
  return Math.floor((examples - 1) / batchSize) * batchSize;
}

/** Works through the examples of a pass in slices, each one call into the core. */
export class PassExecution {
  readonly #model: CompiledModel;
  readonly #executor: Executor;
  readonly #measurements: Measurements;
  /** Measured; the first slice is short in case the model is large. */
  readonly #stepsPerSlice: Record<PhaseName, number> = { train: 8, evaluate: 8, measure: 1 };

  constructor(model: CompiledModel, executor: Executor, measurements: Measurements) {
    this.#model = model;
    this.#executor = executor;
    this.#measurements = measurements;
  }

  /** Goes on to the end of the pass, or to the step after which the loss is not finite. */
  async run({ phase, order }: EpochPass, progress: EpochProgress, hooks: PassHooks): Promise<void> {
    const { batchSize } = this.#model.plan.phases[phase];
    const watchedSlot = this.#model.slots.loss!;
    while (progress.position < order.length && Number.isFinite(this.#executor.slots[watchedSlot])) {
      // Nothing to wait for costs no turn of the event loop.
      const waiting = hooks.beforeSlice();
      if (waiting !== undefined) await waiting;
      const start = performance.now();
      const count = Math.min(mostRates, this.#stepsPerSlice[phase]);
      const first = progress.position;
      const watched =
        phase === "train" && this.#measurements.watchesLastStep ? lastStepStart(order.length, batchSize) : -1;
      const end = Math.min(first < watched ? watched : order.length, first + count * batchSize);
      const rates = phase === "train" ? hooks.rates(progress.steps, count) : undefined;
      if (first === watched) this.#measurements.beforeLastStep();
      const stepsDone = this.#executor.execute(phase, { order, first, end, watchedSlot, rates });
      if (first === watched) this.#measurements.afterLastStep();
      progress.steps += stepsDone;
      progress.position = end;
      const ms = performance.now() - start;
      progress.seconds += ms / 1000;
      this.#stepsPerSlice[phase] = Math.max(1, Math.floor(sliceMs / Math.max(ms / stepsDone, 1e-3)));
      if (end < order.length) await setImmediate();
    }
  }
}
