import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Steps of one size by the sign of a mean: rates are three to ten times smaller than Adam's.
 *
 * @see Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms"
 */
export const lion: Optimizer = {
  settings: { learningRate: 1e-4, beta1: 0.9, beta2: 0.99 },
  rule: () => ({ update: "lionUpdate", state: ["mean"], slots: optimizerSlots.lion }),
};
