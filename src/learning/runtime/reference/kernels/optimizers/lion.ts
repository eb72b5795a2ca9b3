import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf, updateWeights } from "./update.ts";

function lionUpdate(call: ReferenceCall): void {
  const { mean } = buffersOf<"mean">(call);
  const { learningRate, beta1, beta2 } = settingsOf(call, "lion");
  updateWeights(call, (g, i) => {
    const direction = Math.sign(beta1 * mean[i]! + (1 - beta1) * g);
    mean[i] = beta2 * mean[i]! + (1 - beta2) * g;
    return learningRate * direction;
  });
}

export const lionKernels = { lionUpdate };
