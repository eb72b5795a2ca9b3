/** The fields of a recipe that say how the weights are changed. */
import { z } from "zod";

import { optimizerNames, optimizers, type OptimizerName } from "./registry.ts";
import type { Optimizer, OptimizerSettings } from "./optimizer.ts";

/** Fields whose default is the chosen optimiser's. */
const settingFields = {
  /**
   * Per step. Defaults to 1e-3 of `adam`, `adamw`, `amsgrad`, `sgd` and `lamb`, 2e-3 of `nadam`, 1e-2 of `rmsprop` and
   * `adagrad`, 1 of `adadelta`, 1e-4 of `lion`.
   */
  learningRate: z.number().positive().max(1000).optional(),
  /**
   * Each step takes `learningRate * decoupledWeightDecay * weight` off the weight; of `lamb` it is a part of the direction.
   * Defaults to 0.01 of `adamw` and 0 of the others.
   */
  decoupledWeightDecay: z.number().min(0).max(1000).optional(),
  /** Of `sgd` and `rmsprop`: share of the previous step that is kept. Defaults to 0. */
  momentum: z.number().min(0).lt(1).optional(),
  /** Of `sgd` with momentum: the share of the gradient that does not go into the velocity. Defaults to 0. */
  dampening: z.number().min(0).max(1).optional(),
  /** Of `sgd` with momentum: look ahead along the velocity. Defaults to false. */
  nesterov: z.boolean().optional(),
  /** Of Adam's family, `lion` and `lamb`: share of the mean of gradients that is kept. Defaults to 0.9. */
  beta1: z.number().min(0).lt(1).optional(),
  /** The same of the mean of squared gradients; of `lion`, of the mean itself. Defaults to 0.999, of `lion` to 0.99. */
  beta2: z.number().min(0).lt(1).optional(),
  /**
   * Added to denominators; of `adadelta`, to the means under the roots. Defaults to 1e-8, of `adagrad` to 1e-10, of
   * `adadelta` and `lamb` to 1e-6.
   */
  epsilon: z.number().positive().max(1).optional(),
  /** Of `adam`, `adamw`, `amsgrad` and `lamb`: means that begin at 0 are scaled up. Defaults to true. */
  biasCorrection: z.boolean().optional(),
  /** Share of the mean of squared gradients that is kept: of `rmsprop` (default 0.99) and `adadelta` (0.9). */
  smoothing: z.number().min(0).lt(1).optional(),
  /** Of `rmsprop`: divide by the gradients' deviation from their mean. Defaults to false. */
  centred: z.boolean().optional(),
  /** Of `nadam`: how fast the momentum rises to `beta1`. Defaults to 4e-3. */
  momentumDecay: z.number().min(0).max(1).optional(),
} satisfies { readonly [Name in keyof OptimizerSettings]: z.ZodType };

/** Names of the fields whose default is the chosen optimiser's. */
export const optimizerSettingNames: readonly string[] = Object.keys(settingFields);

/**
 * Three things are called weight decay, and each has a name of its own: `l2Penalty` is a part of the loss, `weightDecay` is
 * added to the gradient, `decoupledWeightDecay` is taken off the weight. The first two train alike but for clipping, which
 * comes between them, and for the loss that is reported.
 */
export const optimizerFields = {
  /** Defaults to `adam`. */
  optimizer: z.enum(optimizerNames).default("adam"),
  ...settingFields,
  /**
   * Adds `l2Penalty / 2 * |weights|^2` to the loss: `train/loss` has it in it, `validation/loss` is that of the predictions
   * alone. Defaults to 0.
   */
  l2Penalty: z.number().min(0).max(1000).default(0),
  /** Added to the gradient as `weightDecay * weight`, as PyTorch's `weight_decay` is. Defaults to 0. */
  weightDecay: z.number().min(0).max(1000).default(0),
  /**
   * Which weights `l2Penalty`, `weightDecay` and `decoupledWeightDecay` pass by: none, the default, or all biases and the
   * scales and shifts of normalisation.
   */
  decayExcludes: z.enum(["none", "biases-and-normalization"]).default("none"),
  /** Each element of a gradient is cut to this size; null, the default, cuts nothing. */
  clipValue: z.number().positive().max(1e6).nullable().default(null),
  /**
   * When the norm over all gradients, elements cut by `clipValue` already, is larger than this, they are scaled down to it;
   * null, the default, scales nothing.
   */
  clipNorm: z.number().positive().max(1e6).nullable().default(null),
  /**
   * Share that an exponential moving average of the weights keeps in each step. The average is what is evaluated and the
   * run's result; training goes on from the weights themselves. Null, the default, keeps none.
   */
  averageDecay: z.number().min(0).lt(1).nullable().default(null),
};

/** What an optimiser does not use stands in a document all the same: optimisers that are compared differ in one word. */
const unused: OptimizerSettings = {
  learningRate: 1e-3,
  decoupledWeightDecay: 0,
  momentum: 0,
  dampening: 0,
  nesterov: false,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  biasCorrection: true,
  smoothing: 0.99,
  centred: false,
  momentumDecay: 4e-3,
};

type Fields = { readonly [Name in keyof OptimizerSettings]?: OptimizerSettings[Name] | undefined };

/** Puts the chosen optimiser's defaults in the place of settings that are not given. */
export function withOptimizerDefaults<Recipe extends Fields & { readonly optimizer: OptimizerName }>(
  recipe: Recipe,
): Omit<Recipe, keyof OptimizerSettings> & OptimizerSettings {
  const { settings }: Optimizer = optimizers[recipe.optimizer];
  const given = Object.fromEntries(Object.entries(recipe).filter(([, value]) => value !== undefined));
  return { ...unused, ...settings, ...given } as Omit<Recipe, keyof OptimizerSettings> & OptimizerSettings;
}
