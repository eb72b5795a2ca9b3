import type { Condition } from "./condition.ts";
import type { Distribution } from "./registry.ts";

/** A searched quantity; `name` is the dotted path in the trial's document which it sets. */
export interface SearchParameter {
  readonly name: string;
  readonly distribution: Distribution;
  /** The parameter is active only when this holds of earlier ones; always when absent. */
  readonly when?: Condition;
}
