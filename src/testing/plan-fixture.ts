/** Plans of a single kernel call, to look at one kernel on one back end. */
import { expect } from "vitest";

import {
  bufferAlignment,
  noBuffer,
  signatureOf,
  verifyPlan,
  type KernelName,
  type Plan,
  type PlanBuffer,
} from "../learning/plan/index.ts";
import type { BatchSource, Runtime } from "../learning/runtime/index.ts";

/** One call with its content. Everything goes by the name of the kernel's argument. */
export interface KernelRun {
  readonly kernel: KernelName;
  readonly dimensions?: Readonly<Record<string, number>>;
  readonly choices?: Readonly<Record<string, string>>;
  /** Content at the start; a short one is followed by zeros, a missing one is all zeros. */
  readonly buffers?: Readonly<Record<string, ArrayLike<number>>>;
  /** Optional buffers to leave out. */
  readonly without?: readonly string[];
  readonly slots?: Readonly<Record<string, readonly number[]>>;
  /** Examples in the step; they are worked through in chunks. Defaults to 1. */
  readonly batch?: number;
  /** Defaults to the batch. Every chunk finds the buffers as the one before left them. */
  readonly chunkSize?: number;
  /** Defaults to zeros. */
  readonly examples?: BatchSource;
  /** Defaults to the examples in order. */
  readonly order?: Int32Array;
}

/** Content at the end, by argument. */
export interface KernelOutcome {
  readonly buffers: Readonly<Record<string, Float64Array>>;
  readonly slots: Readonly<Record<string, readonly number[]>>;
}

/** Floats between two buffers, where a kernel that leaves its own would be noticed. */
const gap = bufferAlignment;

const align = (floats: number) => Math.ceil(floats / bufferAlignment) * bufferAlignment;

/** Buffers lie in the order of the kernel's arguments, with gaps. */
export function singleCallPlan(run: KernelRun): Plan {
  const { kernel, dimensions = {}, choices = {}, without = [], batch = 1, chunkSize = batch } = run;
  const buffers: PlanBuffer[] = [];
  const slots: string[] = [];
  const values: Record<string, number> = {};
  let end = gap;
  for (const [name, argument] of Object.entries(signatureOf(kernel).arguments)) {
    if (argument.kind === "dimension") values[name] = dimensions[name]!;
    else if (argument.kind === "choice") values[name] = argument.names.indexOf(choices[name]!);
    else if (argument.kind === "slot") {
      values[name] = slots.length;
      slots.push(...Array.from({ length: argument.count(dimensions) }, (_, index) => `${name}/${index}`));
    } else if (without.includes(name)) values[name] = noBuffer;
    else {
      const floats = argument.floats({ ...dimensions, batch: chunkSize });
      values[name] = buffers.length;
      const layout = { kind: "rows", run: floats, stride: floats } as const;
      buffers.push({ name, region: "state", shape: [floats], layout, floats, offset: end });
      end += align(floats) + gap;
    }
  }
  const idle = { batchSize: 1, chunkSize: 1, calls: [] };
  const train = { batchSize: batch, chunkSize, calls: [{ kernel, arguments: values }] };
  const phases = { train, evaluate: idle, measure: idle };
  const plan: Plan = { buffers, slots, phases, arenaFloats: end, liveFloats: end };
  verifyPlan(plan);
  return plan;
}

/** Runs the call once, as one step, and checks that nothing outside its buffers was written. */
export function runKernel(runtime: Runtime, run: KernelRun): KernelOutcome {
  const { batch = 1, buffers: content = {}, slots: settings = {} } = run;
  const plan = singleCallPlan(run);
  const examples = run.examples ?? { features: new Uint8Array(batch), labels: new Uint8Array(batch) };
  const { arena, slots, execute } = bind(runtime, plan, examples);
  arena.fill(Number.NaN);
  for (const { name, offset, floats } of plan.buffers) {
    arena.fill(0, offset, offset + floats);
    arena.set(Array.from(content[name] ?? []), offset);
  }
  slots.set(plan.slots.map((slot) => settings[slot.split("/")[0]!]?.[Number(slot.split("/")[1])] ?? 0));

  execute(run.order ?? Int32Array.from({ length: batch }, (_, index) => index));

  const isInside = (index: number) =>
    plan.buffers.some(({ offset, floats }) => offset <= index && index < offset + floats);
  const written = arena.findIndex((value, index) => !Number.isNaN(value) && !isInside(index));
  expect(written, `${run.kernel} wrote outside of its buffers`).toBe(-1);
  return {
    buffers: Object.fromEntries(
      plan.buffers.map(({ name, offset, floats }) => [
        name,
        Float64Array.from(arena.subarray(offset, offset + floats)),
      ]),
    ),
    slots: Object.groupBy([...slots], (_, index) => plan.slots[index]!.split("/")[0]!) as Record<
      string,
      number[]
    >,
  };
}

function bind(runtime: Runtime, plan: Plan, examples: BatchSource) {
  const executor = runtime.createExecutor(plan, examples);
  return {
    arena: executor.arena,
    slots: executor.slots,
    execute: (order: Int32Array) =>
      executor.execute("train", { order, first: 0, end: order.length, watchedSlot: -1 }),
  };
}
