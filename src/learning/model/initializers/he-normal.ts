import { normal, type Initializer } from "./initializer.ts";

/**
 * Deviation gain / sqrt(fanIn), which is sqrt(2 / fanIn) in front of a relu.
 *
 * @see He, Zhang, Ren, Sun 2015, "Delving Deep into Rectifiers", eq. 10
 */
export const heNormal: Initializer = {
  values: normal(({ weight, gain }) => gain / Math.sqrt(weight.fanIn)),
};
