import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf, updateWeights } from "./update.ts";

function rmspropUpdate(call: ReferenceCall): void {
  const { square, mean, velocity } = buffersOf<"square", "mean" | "velocity">(call);
  const { learningRate, smoothing, epsilon, momentum } = settingsOf(call, "rmsprop");
  updateWeights(call, (g, i) => {
    let spread = (square[i] = smoothing * square[i]! + (1 - smoothing) * g * g);
    if (mean !== undefined) {
      mean[i] = smoothing * mean[i]! + (1 - smoothing) * g;
      spread = Math.max(0, spread - mean[i] ** 2);
    }
    let step = g / (Math.sqrt(spread) + epsilon);
    if (velocity !== undefined) step = velocity[i] = momentum * velocity[i]! + step;
    return learningRate * step;
  });
}

export const rmspropKernels = { rmspropUpdate };
