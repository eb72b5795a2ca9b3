import { uniform, type Initializer } from "./initializer.ts";

/** Uniform within sqrt(6 / (fanIn + fanOut)), whatever the activation. @see Glorot, Bengio 2010, eq. 16 */
export const glorotUniform: Initializer = {
  values: uniform(({ weight }) => Math.sqrt(6 / (weight.fanIn + weight.fanOut))),
};
