import { optimizerSlots } from "../../../../plan/index.ts";
import type { ReferenceCall } from "../../reference-kernel.ts";

type SlotNames = typeof optimizerSlots;

/** Settings of an optimiser by name. Setting one writes the slot. */
export function settingsOf<Optimizer extends keyof SlotNames>(
  { slots: { settings } }: ReferenceCall,
  optimizer: Optimizer,
): Record<SlotNames[Optimizer][number], number> {
  const names: readonly string[] = optimizerSlots[optimizer];
  return new Proxy({} as Record<SlotNames[Optimizer][number], number>, {
    get: (_, name) => settings![names.indexOf(name as string)],
    set: (_, name, value: number) => {
      settings![names.indexOf(name as string)] = value;
      return true;
    },
  });
}

/** Buffers of an update; optional ones may be absent. */
export function buffersOf<Required extends string, Optional extends string = never>({
  buffers,
}: ReferenceCall): Record<Required | "weight", Float64Array> & Partial<Record<Optional, Float64Array>> {
  return buffers as Record<Required | "weight", Float64Array> & Partial<Record<Optional, Float64Array>>;
}

/**
 * What all optimisers share: for each weight, the gradient that the optimiser sees, and what it subtracts from the weight.
 *
 * @param stepOf of weight number `index`
 */
export function updateWeights(
  call: ReferenceCall,
  stepOf: (gradient: number, index: number) => number,
): void {
  const { weight, gradient } = buffersOf<"gradient">(call);
  const { learningRate, decoupledWeightDecay } = settingsOf(call, "shared");
  const shrink = call.values.decay === 1 ? 1 - learningRate * decoupledWeightDecay : 1;
  const gradientOf = gradientRule(call);
  for (let i = 0; i < call.values.count!; i++) {
    const step = stepOf(gradientOf(gradient[i]!, weight[i]!), i);
    weight[i] = weight[i]! * shrink - step;
  }
}

/** From the gradient of a weight to that which the optimiser sees. */
export function gradientRule(call: ReferenceCall): (gradient: number, weight: number) => number {
  const { weightDecay, clipValue, gradientFactor } = settingsOf(call, "shared");
  const decay = call.values.decay === 1 ? weightDecay : 0;
  return (gradient, weight) =>
    Math.min(clipValue, Math.max(-clipValue, gradient)) * gradientFactor + decay * weight;
}
