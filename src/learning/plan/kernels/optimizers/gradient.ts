/** What happens to gradients before the optimisers' steps, and to weights after them. */
import { dimension, reads, slots, updates, type KernelSignature } from "../../kernel.ts";
import { sharedSlots } from "./shared.ts";

const count = (d: Readonly<Record<string, number>>) => d.count!;
const settings = slots(sharedSlots.length);

/** gradient += l2Penalty weight; loss += examples of the step times l2Penalty / 2 |weight|^2 */
const addPenalty: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    weight: reads(count),
    gradient: updates(count),
    count: dimension,
    loss: slots(1),
    settings,
  },
};

/** squareSum += |clamp(gradient, -clipValue, clipValue)|^2 */
const addSquares: KernelSignature = {
  runs: "last-chunk",
  arguments: { gradient: reads(count), count: dimension, settings },
};

/**
 * gradientFactor = min(1, clipNorm / (sqrt(squareSum) + 1e-6)); squareSum = 0
 *
 * @see Pascanu, Mikolov, Bengio 2013, "On the difficulty of training recurrent neural networks", Alg. 1; the 1e-6 as in
 *   PyTorch's clip_grad_norm_
 */
const limitNorm: KernelSignature = { runs: "last-chunk", arguments: { settings } };

/**
 * average = averageDecay average + (1 - averageDecay) weight; the weight itself when `step`, the steps done before, is 0
 *
 * @see Polyak, Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging"; exponential as in PyTorch's
 *   get_ema_multi_avg_fn
 */
const averageWeights: KernelSignature = {
  runs: "last-chunk",
  arguments: { weight: reads(count), average: updates(count), count: dimension, step: slots(1), settings },
};

export const gradientKernels = { addPenalty, addSquares, limitNorm, averageWeights };
