/**
 * Optimiser steps. Rates and decays are read from slots and not from the call, so that trials that differ only in them
 * share a plan.
 */
import { dimension, optional, reads, slots, updates, type KernelSignature } from "../kernel.ts";

const perWeight = (d: Readonly<Record<string, number>>) => d.count!;

/**
 * The order of Adam's nine slots. The last four are kept by `adamAdvance`:
 * stepRate = learningRate / (1 - beta1^t), varianceScale = 1 / sqrt(1 - beta2^t).
 */
export const adamSlots = [
  "learningRate",
  "beta1",
  "beta2",
  "epsilon",
  "weightDecay",
  "beta1Power",
  "beta2Power",
  "stepRate",
  "varianceScale",
] as const;

/** Begins step t: multiplies the powers and derives the step's two factors. */
const adamAdvance: KernelSignature = {
  runs: "last-chunk",
  arguments: { settings: slots(adamSlots.length) },
};

/**
 * g = gradient + weightDecay weight; mean and variance follow g and g^2;
 * weight -= stepRate mean / (sqrt(variance) varianceScale + epsilon)
 *
 * @see Kingma, Ba 2015, "Adam: A Method for Stochastic Optimization", Alg. 1; the L2 penalty as in PyTorch's Adam.
 */
const adamUpdate: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    weight: updates(perWeight),
    gradient: reads(perWeight),
    mean: updates(perWeight),
    variance: updates(perWeight),
    count: dimension,
    settings: slots(adamSlots.length),
  },
};

export const sgdSlots = ["learningRate", "momentum", "weightDecay"] as const;

/**
 * g = gradient + weightDecay weight; velocity = momentum velocity + g; weight -= learningRate velocity.
 * Without `velocity`, weight -= learningRate g.
 *
 * @see Sutskever, Martens, Dahl, Hinton 2013, "On the importance of initialization and momentum in deep learning";
 *   the velocity is not scaled by the rate, as in PyTorch's SGD.
 */
const sgdUpdate: KernelSignature = {
  runs: "last-chunk",
  arguments: {
    weight: updates(perWeight),
    gradient: reads(perWeight),
    velocity: optional(updates(perWeight)),
    count: dimension,
    settings: slots(sgdSlots.length),
  },
};

/** step += 1, when a step is done. */
const countStep: KernelSignature = { runs: "last-chunk", arguments: { step: slots(1) } };

export const optimizerKernels = { adamAdvance, adamUpdate, sgdUpdate, countStep };
