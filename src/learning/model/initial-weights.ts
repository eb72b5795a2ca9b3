import { RandomStream, type Seed } from "../../base/index.ts";
import type { WeightDescription, WeightRole } from "./layer.ts";

/** What does not depend on chance. */
const constants: { readonly [Role in WeightRole]?: number } = {
  scale: 1,
  shift: 0,
  "running-mean": 0,
  "running-variance": 1,
};

/**
 * Uniform in [-1, 1] / sqrt(fanIn), biases too: PyTorch's default for dense layers and convolutions. The values depend on
 * the seed and the weight's name alone.
 *
 * @returns plain row-major, in the description's shape
 */
export function initialWeights(weight: WeightDescription, seed: Seed): Float32Array {
  const count = weight.shape.reduce((product, size) => product * size, 1);
  const constant = constants[weight.role];
  if (constant !== undefined) return new Float32Array(count).fill(constant);
  const stream = new RandomStream(seed, "weights", weight.name);
  const bound = 1 / Math.sqrt(weight.fanIn);
  return Float32Array.from({ length: count }, (_, index) => (2 * stream.uniform(index) - 1) * bound);
}
