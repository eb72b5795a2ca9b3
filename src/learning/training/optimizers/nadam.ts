import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** @see Dozat 2016, "Incorporating Nesterov Momentum into Adam" */
export const nadam: Optimizer = {
  settings: { learningRate: 2e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, momentumDecay: 4e-3 },
  rule: () => ({
    update: "nadamUpdate",
    advance: "nadamAdvance",
    state: ["mean", "variance"],
    slots: optimizerSlots.nadam,
  }),
  counters: ["momentumPower", "momentumProduct", "beta2Power"],
  initialSlots: ({ momentumDecay }) => ({
    // Dozat's constant, as in PyTorch.
    momentumBase: 0.96 ** momentumDecay,
    momentumPower: 1,
    momentumProduct: 1,
    beta2Power: 1,
    gradientRate: 0,
    meanRate: 0,
    varianceScale: 0,
  }),
};
