import { normal, type Initializer } from "./initializer.ts";

/** Deviation 1 / sqrt(fanIn), whatever the activation. @see LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp", eq. 16 */
export const lecunNormal: Initializer = {
  values: normal(({ weight }) => 1 / Math.sqrt(weight.fanIn)),
};
