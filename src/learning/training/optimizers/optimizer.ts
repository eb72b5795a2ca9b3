import type { OptimizerRule } from "../../compiler/index.ts";

/** What optimisers take from a recipe; each uses its own part. */
export interface OptimizerSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly momentum: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface Optimizer {
  rule(settings: OptimizerSettings): OptimizerRule;
  /** Values of the rule's slots before the first step. */
  initialSlots(settings: OptimizerSettings): readonly number[];
}
