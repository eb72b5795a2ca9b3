import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf, updateWeights } from "./update.ts";

function adamAdvance(call: ReferenceCall): void {
  const settings = settingsOf(call, "adam");
  settings.beta1Power *= settings.beta1;
  settings.beta2Power *= settings.beta2;
  const corrects = settings.biasCorrection !== 0;
  settings.stepRate = settings.learningRate / (corrects ? 1 - settings.beta1Power : 1);
  settings.varianceScale = corrects ? 1 / Math.sqrt(1 - settings.beta2Power) : 1;
}

function adamUpdate(call: ReferenceCall): void {
  const { mean, variance, largest } = buffersOf<"mean" | "variance", "largest">(call);
  const { beta1, beta2, epsilon, stepRate, varianceScale } = settingsOf(call, "adam");
  updateWeights(call, (g, i) => {
    mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
    variance[i] = beta2 * variance[i]! + (1 - beta2) * g * g;
    let spread = variance[i];
    if (largest !== undefined) spread = largest[i] = Math.max(largest[i]!, spread);
    return (stepRate * mean[i]) / (Math.sqrt(spread) * varianceScale + epsilon);
  });
}

export const adamKernels = { adamAdvance, adamUpdate };
