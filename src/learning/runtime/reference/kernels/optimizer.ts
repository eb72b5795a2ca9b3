import { adamSlots, sgdSlots } from "../../../plan/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

/** Slots by name. */
function named<Name extends string>(slots: Float64Array, names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name, index) => [name, slots[index]])) as Record<Name, number>;
}

function adamAdvance({ slots }: ReferenceCall): void {
  const settings = slots.settings!;
  const { learningRate, beta1, beta2, beta1Power, beta2Power } = named(settings, adamSlots);
  const power1 = beta1Power * beta1;
  const power2 = beta2Power * beta2;
  settings[adamSlots.indexOf("beta1Power")] = power1;
  settings[adamSlots.indexOf("beta2Power")] = power2;
  settings[adamSlots.indexOf("stepRate")] = learningRate / (1 - power1);
  settings[adamSlots.indexOf("varianceScale")] = 1 / Math.sqrt(1 - power2);
}

function adamUpdate({ buffers, slots, values }: ReferenceCall): void {
  const { weight, gradient, mean, variance } = buffers as Record<
    "weight" | "gradient" | "mean" | "variance",
    Float64Array
  >;
  const { beta1, beta2, epsilon, weightDecay, stepRate, varianceScale } = named(slots.settings!, adamSlots);
  for (let i = 0; i < values.count!; i++) {
    const g = gradient[i]! + weightDecay * weight[i]!;
    mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
    variance[i] = beta2 * variance[i]! + (1 - beta2) * g * g;
    weight[i]! -= (stepRate * mean[i]!) / (Math.sqrt(variance[i]!) * varianceScale + epsilon);
  }
}

function sgdUpdate({ buffers, slots, values }: ReferenceCall): void {
  const { weight, gradient, velocity } = buffers as Record<"weight" | "gradient", Float64Array> & {
    velocity?: Float64Array;
  };
  const { learningRate, momentum, weightDecay } = named(slots.settings!, sgdSlots);
  for (let i = 0; i < values.count!; i++) {
    let step = gradient[i]! + weightDecay * weight[i]!;
    if (velocity !== undefined) step = velocity[i] = momentum * velocity[i]! + step;
    weight[i]! -= learningRate * step;
  }
}

function countStep({ slots }: ReferenceCall): void {
  slots.step![0]! += 1;
}

export const optimizerKernels = { adamAdvance, adamUpdate, sgdUpdate, countStep };
