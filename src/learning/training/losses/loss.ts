import type { LossRule } from "../../compiler/index.ts";
import type { Task } from "../../data/index.ts";

/** What losses take from a recipe; each uses its own part. */
export interface LossSettings {
  readonly labelSmoothing: number;
  readonly classWeights?: readonly number[] | undefined;
  readonly huberDelta: number;
}

export interface Loss {
  /** What it can be trained on. */
  readonly tasks: readonly Task["kind"][];
  /** Where targets must lie. Defaults to anywhere. */
  readonly targetRange?: readonly [least: number, greatest: number];
  /** @param outputs classes, or values to predict */
  rule(settings: LossSettings, outputs: number): LossRule;
}
