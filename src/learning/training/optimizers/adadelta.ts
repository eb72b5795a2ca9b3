import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** @see Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method" */
export const adadelta: Optimizer = {
  settings: { learningRate: 1, smoothing: 0.9, epsilon: 1e-6 },
  rule: () => ({
    update: "adadeltaUpdate",
    state: ["square", "stepSquare"],
    slots: optimizerSlots.adadelta,
  }),
};
