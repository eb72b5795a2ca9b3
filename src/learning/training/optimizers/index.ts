import type { OptimizerRule } from "../../compiler/index.ts";
import type { TrainingRecipe } from "../recipe.ts";
import type { Optimizer } from "./optimizer.ts";
import { optimizers, type OptimizerName } from "./registry.ts";

export { optimizerSettingNames } from "./fields.ts";
export { optimizerNames, optimizers, type OptimizerName } from "./registry.ts";

/** The largest float32: slots stay finite. */
const noLimit = (2 - 2 ** -23) * 2 ** 127;

/** What the compiler must know of a recipe. */
export function optimizerRule(recipe: TrainingRecipe): OptimizerRule {
  const optimizer: Optimizer = optimizers[recipe.optimizer];
  return {
    ...optimizer.rule(recipe),
    decayExcludes: recipe.decayExcludes,
    clipsGradients: recipe.clipValue !== null,
    clipsNorm: recipe.clipNorm !== null,
    isPenalized: recipe.l2Penalty > 0,
    isAveraged: recipe.averageDecay !== null,
  };
}

/** The settings that it reads. Both that every optimiser reads are among them. */
export function settingsOfOptimizer(name: OptimizerName): readonly string[] {
  return ["decoupledWeightDecay", ...Object.keys(optimizers[name].settings)];
}

/** Names of the rule's slots that count steps in some way. */
export function optimizerCounters({ optimizer }: Pick<TrainingRecipe, "optimizer">): readonly string[] {
  const { counters = [] }: Optimizer = optimizers[optimizer];
  return counters;
}

/** Values of the rule's slots before the first step, by name. */
export function initialOptimizerSlots(recipe: TrainingRecipe): Record<string, number> {
  const optimizer: Optimizer = optimizers[recipe.optimizer];
  const values: Readonly<Record<string, unknown>> = {
    ...recipe,
    gradientFactor: 1,
    clipValue: recipe.clipValue ?? noLimit,
    clipNorm: recipe.clipNorm ?? noLimit,
    squareSum: 0,
    averageDecay: recipe.averageDecay ?? 0,
    ...optimizer.initialSlots?.(recipe),
  };
  return Object.fromEntries(optimizer.rule(recipe).slots.map((name) => [name, Number(values[name])]));
}
