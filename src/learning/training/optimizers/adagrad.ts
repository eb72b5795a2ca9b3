import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** @see Duchi, Hazan, Singer 2011, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization" */
export const adagrad: Optimizer = {
  settings: { learningRate: 1e-2, epsilon: 1e-10 },
  rule: () => ({ update: "adagradUpdate", state: ["squares"], slots: optimizerSlots.adagrad }),
};
