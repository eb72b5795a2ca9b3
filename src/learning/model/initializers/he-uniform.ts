import { uniform, type Initializer } from "./initializer.ts";

/** The deviation of `he-normal`, uniform: PyTorch's `kaiming_uniform_`. */
export const heUniform: Initializer = {
  values: uniform(({ weight, gain }) => gain * Math.sqrt(3 / weight.fanIn)),
};
