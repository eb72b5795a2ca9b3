import { sgdSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** Stochastic gradient descent, with a velocity when `momentum` is above 0. */
export const sgd: Optimizer = {
  rule: ({ momentum }) => ({ update: "sgdUpdate", state: momentum > 0 ? ["velocity"] : [], slots: sgdSlots }),
  initialSlots: (settings) => sgdSlots.map((name) => settings[name]),
};
