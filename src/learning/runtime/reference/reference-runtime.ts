/**
 * The reference back end: every kernel as plain loops in float64, slow and obvious. It is what the fast back ends are
 * compared with, and what gradients are checked on.
 */
import { noBuffer, signatureOf, type PhaseName, type Plan } from "../../plan/index.ts";
import type { BatchSource, ExecuteOptions, Executor, Runtime } from "../runtime.ts";
import { referenceKernels } from "./kernels/index.ts";
import type { ReferenceCall } from "./reference-kernel.ts";

export const referenceRuntime: Runtime = {
  backend: "reference",
  instructionSet: "float64",
  build: "typescript",
  createExecutor: (plan, examples) => new ReferenceExecutor(plan, examples),
};

class ReferenceExecutor implements Executor {
  readonly arena: Float64Array;
  readonly slots: Float64Array;
  readonly #plan: Plan;
  readonly #examples: BatchSource;

  constructor(plan: Plan, examples: BatchSource) {
    this.#plan = plan;
    this.#examples = examples;
    this.arena = new Float64Array(plan.arenaFloats);
    this.slots = new Float64Array(plan.slots.length);
  }

  execute(phase: PhaseName, { order, first, end, watchedSlot, rates }: ExecuteOptions): number {
    const { batchSize } = this.#plan.phases[phase];
    let steps = 0;
    let start = first;
    do {
      if (rates !== undefined) this.slots[rates.slot] = rates.values[steps]!;
      this.#executeStep(phase, order.subarray(start, Math.min(start + batchSize, end)));
      steps++;
      start += batchSize;
      if (watchedSlot >= 0 && !Number.isFinite(this.slots[watchedSlot])) break;
    } while (start < end);
    return steps;
  }

  #executeStep(phase: PhaseName, batch: Int32Array): void {
    const { chunkSize } = this.#plan.phases[phase];
    let start = 0;
    do {
      this.#executeChunk(phase, batch.subarray(start, start + chunkSize), {
        stepOrder: batch,
        stepBatch: batch.length,
        chunkStart: start,
        isFirstChunk: start === 0,
        isLastChunk: start + chunkSize >= batch.length,
      });
      start += chunkSize;
    } while (start < batch.length);
  }

  #executeChunk(
    phase: PhaseName,
    chunk: Int32Array,
    place: Pick<ReferenceCall, "stepOrder" | "stepBatch" | "chunkStart" | "isFirstChunk" | "isLastChunk">,
  ): void {
    for (const call of this.#plan.phases[phase].calls) {
      const signature = signatureOf(call.kernel);
      if (signature.runs === "last-chunk" && !place.isLastChunk) continue;
      const buffers: Record<string, Float64Array> = {};
      const slots: Record<string, Float64Array> = {};
      for (const [name, argument] of Object.entries(signature.arguments)) {
        const value = call.arguments[name]!;
        if (argument.kind === "buffer" && value !== noBuffer) {
          const { offset, floats } = this.#plan.buffers[value]!;
          buffers[name] = this.arena.subarray(offset, offset + floats);
        } else if (argument.kind === "slot") {
          slots[name] = this.slots.subarray(value, value + argument.count(call.arguments));
        }
      }
      const referenceCall: ReferenceCall = {
        buffers,
        slots,
        values: call.arguments,
        ...place,
        batch: chunk.length,
        examples: this.#examples,
        order: chunk,
      };
      referenceKernels[call.kernel](referenceCall);
    }
  }
}
