import type { OptimizerRule } from "../../compiler/index.ts";
import type { TrainingRecipe } from "../recipe.ts";

export interface Optimizer {
  rule(recipe: TrainingRecipe): OptimizerRule;
  /** Values of the rule's slots before the first step. */
  initialSlots(recipe: TrainingRecipe): readonly number[];
}
