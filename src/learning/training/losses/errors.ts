/** Losses that go by the difference between output and target; classes are targets of 0 and 1. */
import type { Loss } from "./loss.ts";

export const meanSquaredError: Loss = {
  tasks: ["regression", "classification"],
  rule: () => ({ kind: "elementwise", function: "squared", delta: 1 }),
};

export const meanAbsoluteError: Loss = {
  tasks: ["regression", "classification"],
  rule: () => ({ kind: "elementwise", function: "absolute", delta: 1 }),
};

/** Squared for errors up to `huberDelta`, and from there on as steep as it is there. */
export const huber: Loss = {
  tasks: ["regression", "classification"],
  rule: ({ huberDelta }) => ({ kind: "elementwise", function: "huber", delta: huberDelta }),
};
