import { normal, type Initializer } from "./initializer.ts";

/**
 * Deviation sqrt(2 / (fanIn + fanOut)), whatever the activation.
 *
 * @see Glorot, Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", eq. 12
 */
export const glorotNormal: Initializer = {
  values: normal(({ weight }) => Math.sqrt(2 / (weight.fanIn + weight.fanOut))),
};
