import { uniform, type Initializer } from "./initializer.ts";

/** Uniform within 1 / sqrt(fanIn), biases too: PyTorch's default for dense layers and convolutions. */
export const torch: Initializer = {
  values: uniform(({ weight }) => 1 / Math.sqrt(weight.fanIn)),
  initializesBiases: true,
};
