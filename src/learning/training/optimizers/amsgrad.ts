import { adam } from "./adam.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Adam with the largest variance so far: PyTorch's Adam with `amsgrad=True`.
 *
 * @see Reddi, Kale, Kumar 2018, "On the Convergence of Adam and Beyond"
 */
export const amsgrad: Optimizer = {
  ...adam,
  rule: (settings) => ({ ...adam.rule(settings), state: ["mean", "variance", "largest"] }),
};
