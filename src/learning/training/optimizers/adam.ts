import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** @see Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization" */
export const adam: Optimizer = {
  settings: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, biasCorrection: true },
  rule: () => ({
    update: "adamUpdate",
    advance: "adamAdvance",
    state: ["mean", "variance"],
    slots: optimizerSlots.adam,
  }),
  counters: ["beta1Power", "beta2Power"],
  initialSlots: () => ({ beta1Power: 1, beta2Power: 1, stepRate: 0, varianceScale: 0 }),
};
