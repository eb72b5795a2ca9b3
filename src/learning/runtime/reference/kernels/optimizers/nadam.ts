import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf, updateWeights } from "./update.ts";

function nadamAdvance(call: ReferenceCall): void {
  const settings = settingsOf(call, "nadam");
  const { learningRate, beta1, momentumBase } = settings;
  settings.momentumPower *= momentumBase;
  settings.beta2Power *= settings.beta2;
  const momentum = beta1 * (1 - 0.5 * settings.momentumPower);
  const nextMomentum = beta1 * (1 - 0.5 * settings.momentumPower * momentumBase);
  settings.momentumProduct *= momentum;
  settings.gradientRate = (learningRate * (1 - momentum)) / (1 - settings.momentumProduct);
  settings.meanRate = (learningRate * nextMomentum) / (1 - settings.momentumProduct * nextMomentum);
  settings.varianceScale = 1 / Math.sqrt(1 - settings.beta2Power);
}

function nadamUpdate(call: ReferenceCall): void {
  const { mean, variance } = buffersOf<"mean" | "variance">(call);
  const { beta1, beta2, epsilon, gradientRate, meanRate, varianceScale } = settingsOf(call, "nadam");
  updateWeights(call, (g, i) => {
    mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
    variance[i] = beta2 * variance[i]! + (1 - beta2) * g * g;
    return (gradientRate * g + meanRate * mean[i]) / (Math.sqrt(variance[i]) * varianceScale + epsilon);
  });
}

export const nadamKernels = { nadamAdvance, nadamUpdate };
