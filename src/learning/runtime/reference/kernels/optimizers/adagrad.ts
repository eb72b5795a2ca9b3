import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf, updateWeights } from "./update.ts";

function adagradUpdate(call: ReferenceCall): void {
  const { squares } = buffersOf<"squares">(call);
  const { learningRate, epsilon } = settingsOf(call, "adagrad");
  updateWeights(call, (g, i) => {
    squares[i]! += g * g;
    return (learningRate * g) / (Math.sqrt(squares[i]!) + epsilon);
  });
}

export const adagradKernels = { adagradUpdate };
