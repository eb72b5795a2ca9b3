import { adamSlots } from "../../plan/index.ts";
import type { Optimizer } from "./optimizer.ts";

/** @see Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization" */
export const adam: Optimizer = {
  rule: () => ({
    update: "adamUpdate",
    advance: "adamAdvance",
    state: ["mean", "variance"],
    slots: adamSlots,
  }),
  initialSlots: (settings) => {
    const initial: Record<(typeof adamSlots)[number], number> = {
      ...settings,
      beta1Power: 1,
      beta2Power: 1,
      stepRate: 0,
      varianceScale: 0,
    };
    return adamSlots.map((name) => initial[name]);
  },
};
