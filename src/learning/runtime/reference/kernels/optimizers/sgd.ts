import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf, updateWeights } from "./update.ts";

function sgdAdvance(call: ReferenceCall): void {
  const settings = settingsOf(call, "sgd");
  settings.gradientShare = settings.stepsDone > 0 ? 1 - settings.dampening : 1;
  settings.stepsDone += 1;
}

function sgdUpdate(call: ReferenceCall): void {
  const { velocity } = buffersOf<never, "velocity">(call);
  const { learningRate, momentum, nesterov, gradientShare } = settingsOf(call, "sgd");
  updateWeights(call, (g, i) => {
    if (velocity === undefined) return learningRate * g;
    velocity[i] = momentum * velocity[i]! + gradientShare * g;
    return learningRate * (nesterov === 0 ? velocity[i] : g + momentum * velocity[i]);
  });
}

export const sgdKernels = { sgdAdvance, sgdUpdate };
