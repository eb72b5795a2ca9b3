import { adam } from "./adam.ts";
import type { Optimizer } from "./optimizer.ts";

/**
 * Adam whose decay is decoupled by default.
 *
 * @see Loshchilov, Hutter 2019, "Decoupled Weight Decay Regularization"
 */
export const adamw: Optimizer = { ...adam, settings: { ...adam.settings, decoupledWeightDecay: 0.01 } };
