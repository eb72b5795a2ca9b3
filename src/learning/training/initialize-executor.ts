import { deriveSeed, type Seed } from "../../base/index.ts";
import type { FeatureScaling } from "../data/index.ts";
import type { CompiledGather, CompiledModel } from "../compiler/index.ts";
import { initialWeights } from "../model/index.ts";
import type { Executor } from "../runtime/index.ts";
import { writeBuffer } from "./named-tensors.ts";
import { initialOptimizerSlots } from "./optimizers/index.ts";
import type { TrainingRecipe } from "./recipe.ts";

export interface InitialState {
  readonly seed: Seed;
  readonly training: TrainingRecipe;
  readonly scaling: FeatureScaling;
}

/** Brings a fresh executor to the state before the first step: weights, the optimiser's slots, the scale of examples. */
export function initializeExecutor(
  model: CompiledModel,
  executor: Executor,
  { training, ...inputs }: InitialState,
): void {
  const { plan, weights, slots } = model;
  for (const { description, buffer, trained } of weights) {
    const values = initialWeights(description, inputs.seed);
    for (const id of new Set([buffer, trained])) writeBuffer(executor, plan.buffers[id]!, values);
  }
  for (const [name, value] of Object.entries(initialOptimizerSlots(training))) {
    executor.slots[slots[`optimizer/${name}`]!] = value;
  }
  initializeInputs(model, executor, inputs);
}

/** What the gathering of examples needs, and the settings and random streams of layers. */
export function initializeInputs(
  {
    plan,
    inputScaling,
    slots,
    initialSlots,
    randomKeys,
  }: Omit<CompiledGather, "slots" | "output"> & {
    readonly slots: CompiledModel["slots"];
  },
  executor: Executor,
  { seed, scaling }: Pick<InitialState, "seed" | "scaling">,
): void {
  for (const { slot, value } of initialSlots) executor.slots[slot] = value;
  for (const { slot, stream } of randomKeys) {
    const key = BigInt(deriveSeed(seed, ...stream));
    executor.slots[slot] = Number(key & 0xffff_ffffn);
    executor.slots[slot + 1] = Number(key >> 32n);
  }
  const { scale, shift } = scaling;
  if (inputScaling === undefined) {
    executor.slots[slots.inputScale!] = scale[0]!;
    executor.slots[slots.inputShift!] = shift[0]!;
    return;
  }
  const { offset, floats } = plan.buffers[inputScaling]!;
  executor.arena.set(scale, offset);
  executor.arena.set(shift, offset + floats / 2);
}
