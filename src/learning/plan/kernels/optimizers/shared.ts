/**
 * What the steps of all optimisers have in common. Rates and decays are read from slots and not from the call, so that
 * trials that differ only in them share a plan.
 *
 * Before an optimiser sees it, a gradient g of a weight w becomes
 *
 *     gradientFactor clamp(g, -clipValue, clipValue) + weightDecay w,
 *
 * and the weight w (1 - learningRate decoupledWeightDecay). Both decays are left out where `decay` is `none`.
 *
 * @see Loshchilov, Hutter 2019, "Decoupled Weight Decay Regularization", for the two decays
 */
import { choice, dimension, reads, slots, updates, type KernelSignature } from "../../kernel.ts";

/**
 * The first slots of every optimiser. `clipValue` and `clipNorm` are the largest float32 where nothing is clipped. The later
 * ones are of the kernels in `gradient.ts`.
 */
export const sharedSlots = [
  "learningRate",
  "weightDecay",
  "decoupledWeightDecay",
  "clipValue",
  "gradientFactor",
  "clipNorm",
  "squareSum",
  "l2Penalty",
  "averageDecay",
] as const;

/** A buffer of one number for each weight, which lasts from step to step. */
export const perWeight = updates((d) => d.count!);

/** Begins a step: derives slots from others. */
export const advanceKernel = (slotNames: readonly string[]): KernelSignature => ({
  runs: "last-chunk",
  arguments: { settings: slots(slotNames.length) },
});

/** One vector pass over a weight, its gradient and what the optimiser keeps for it. */
export const updateKernel = (
  slotNames: readonly string[],
  state: Readonly<Record<string, typeof perWeight>>,
): KernelSignature => ({
  runs: "last-chunk",
  arguments: {
    weight: perWeight,
    gradient: reads((d) => d.count!),
    ...state,
    count: dimension,
    decay: choice("none", "applied"),
    settings: slots(slotNames.length),
  },
});
