import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** Stochastic gradient descent, with a velocity when `momentum` is above 0. */
export const sgd: Optimizer = {
  settings: { learningRate: 1e-3, momentum: 0, dampening: 0, nesterov: false },
  rule: ({ momentum }) => ({
    update: "sgdUpdate",
    advance: "sgdAdvance",
    state: momentum > 0 ? ["velocity"] : [],
    slots: optimizerSlots.sgd,
  }),
  counters: ["stepsDone"],
  initialSlots: () => ({ stepsDone: 0, gradientShare: 1 }),
};
