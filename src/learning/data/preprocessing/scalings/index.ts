import type { ScalingName } from "../fields.ts";
import { minMax } from "./min-max.ts";
import { none } from "./none.ts";
import { standardize } from "./standardize.ts";
import type { ScalingStrategy } from "./strategy.ts";
import { unit } from "./unit.ts";

/** A scaling that a document may name and that has no strategy does not compile. */
export const scalings: Readonly<Record<ScalingName, ScalingStrategy>> = {
  none,
  unit,
  standardize,
  "min-max": minMax,
};
