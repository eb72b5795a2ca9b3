import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Adam's direction, and the step of each weight tensor as long as the tensor's norm says.
 *
 * @see You et al. 2020, "Large Batch Optimization for Deep Learning: Training BERT in 76 minutes"
 */
export const lamb: Optimizer = {
  settings: { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-6, biasCorrection: true },
  rule: () => ({
    update: "lambUpdate",
    advance: "lambAdvance",
    state: ["mean", "variance"],
    slots: optimizerSlots.lamb,
  }),
  counters: ["beta1Power", "beta2Power"],
  initialSlots: () => ({ beta1Power: 1, beta2Power: 1, meanScale: 0, varianceScale: 0 }),
};
