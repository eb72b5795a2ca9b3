import { RandomStream, type Seed } from "../../base/index.ts";
import { initializers } from "./initializers/index.ts";
import type { Initializer } from "./initializers/initializer.ts";
import type { WeightDescription, WeightRole } from "./layer.ts";

/** What does not depend on chance. */
const constants: { readonly [Role in WeightRole]?: number } = {
  scale: 1,
  shift: 0,
  "running-mean": 0,
  "running-variance": 1,
};

/**
 * As the weight's initializer says, PyTorch's default unless another is named. The values depend on the seed and the
 * weight's name alone.
 *
 * @returns plain row-major, in the description's shape
 */
export function initialWeights(weight: WeightDescription, seed: Seed): Float32Array {
  const count = weight.shape.reduce((product, size) => product * size, 1);
  const constant = constants[weight.role];
  if (constant !== undefined) return new Float32Array(count).fill(constant);
  const { initializer = "torch", scale = 1, gain = 1 } = weight.initial ?? {};
  const { values, initializesBiases = false }: Initializer = initializers[initializer];
  if (weight.role === "bias" && !initializesBiases) return new Float32Array(count);
  const valueAt = values({ weight, stream: new RandomStream(seed, "weights", weight.name), gain });
  const factor = weight.role === "bias" ? 1 : scale;
  return Float32Array.from({ length: count }, (_, index) => valueAt(index) * factor);
}
