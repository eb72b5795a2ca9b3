import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf, updateWeights } from "./update.ts";

function adadeltaUpdate(call: ReferenceCall): void {
  const { square, stepSquare } = buffersOf<"square" | "stepSquare">(call);
  const { learningRate, smoothing, epsilon } = settingsOf(call, "adadelta");
  updateWeights(call, (g, i) => {
    square[i] = smoothing * square[i]! + (1 - smoothing) * g * g;
    const step = (g * Math.sqrt(stepSquare[i]! + epsilon)) / Math.sqrt(square[i] + epsilon);
    stepSquare[i] = smoothing * stepSquare[i]! + (1 - smoothing) * step * step;
    return learningRate * step;
  });
}

export const adadeltaKernels = { adadeltaUpdate };
