import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, gradientRule, settingsOf } from "./update.ts";

function lambAdvance(call: ReferenceCall): void {
  const settings = settingsOf(call, "lamb");
  settings.beta1Power *= settings.beta1;
  settings.beta2Power *= settings.beta2;
  const corrects = settings.biasCorrection !== 0;
  settings.meanScale = corrects ? 1 / (1 - settings.beta1Power) : 1;
  settings.varianceScale = corrects ? 1 / Math.sqrt(1 - settings.beta2Power) : 1;
}

function lambUpdate(call: ReferenceCall): void {
  const { weight, gradient, mean, variance } = buffersOf<"gradient" | "mean" | "variance">(call);
  const settings = settingsOf(call, "lamb");
  const { learningRate, beta1, beta2, epsilon, meanScale, varianceScale } = settings;
  const decay = call.values.decay === 1 ? settings.decoupledWeightDecay : 0;
  const gradientOf = gradientRule(call);
  const direction = Array.from({ length: call.values.count! }, (_, i) => {
    const g = gradientOf(gradient[i]!, weight[i]!);
    mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
    variance[i] = beta2 * variance[i]! + (1 - beta2) * g * g;
    const step = (mean[i] * meanScale) / (Math.sqrt(variance[i]) * varianceScale + epsilon);
    return step + decay * weight[i]!;
  });
  const size = norm(weight);
  const length = norm(direction);
  const ratio = size === 0 || length === 0 ? 1 : size / length;
  direction.forEach((value, i) => {
    weight[i]! -= learningRate * ratio * value;
  });
}

function norm(values: Float64Array | readonly number[]): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

export const lambKernels = { lambAdvance, lambUpdate };
