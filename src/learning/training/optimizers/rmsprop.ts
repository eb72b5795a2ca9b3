import { optimizerSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** @see Tieleman, Hinton 2012, "Lecture 6.5: rmsprop" */
export const rmsprop: Optimizer = {
  settings: { learningRate: 1e-2, smoothing: 0.99, epsilon: 1e-8, centred: false, momentum: 0 },
  rule: ({ centred, momentum }) => ({
    update: "rmspropUpdate",
    state: ["square", ...(centred ? ["mean"] : []), ...(momentum > 0 ? ["velocity"] : [])],
    slots: optimizerSlots.rmsprop,
  }),
};
