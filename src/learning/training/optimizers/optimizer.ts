import type { OptimizerRule } from "../../compiler/index.ts";

/** What optimisers take from a recipe; each uses its own part. */
export interface OptimizerSettings {
  readonly learningRate: number;
  readonly decoupledWeightDecay: number;
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly biasCorrection: boolean;
  readonly smoothing: number;
  readonly centred: boolean;
  readonly momentumDecay: number;
}

export interface Optimizer {
  /** The settings that it reads, with its defaults: those of PyTorch where PyTorch has the optimiser. */
  readonly settings: Partial<OptimizerSettings> & { readonly learningRate: number };
  rule(settings: OptimizerSettings): Pick<OptimizerRule, "update" | "advance" | "state" | "slots">;
  /** The rule's slots that count steps in some way: what a training that goes on from these weights takes over. */
  readonly counters?: readonly string[];
  /**
   * Values before the first step of the rule's slots, apart from those that all optimisers have and those that hold a
   * setting of their own name.
   */
  readonly initialSlots?: (settings: OptimizerSettings) => Readonly<Record<string, number>>;
}
