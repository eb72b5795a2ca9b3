import { RandomStream, type Seed } from "../../base/index.ts";
import type { WeightDescription } from "./layer.ts";

/**
 * Uniform in [-1, 1] / sqrt(fanIn), biases too: PyTorch's default for dense layers. The values depend on the seed and
 * the weight's name alone.
 *
 * @returns plain row-major, in the description's shape
 */
export function initialWeights(weight: WeightDescription, seed: Seed): Float32Array {
  const stream = new RandomStream(seed, "weights", weight.name);
  const bound = 1 / Math.sqrt(weight.fanIn);
  const count = weight.shape.reduce((product, size) => product * size, 1);
  return Float32Array.from({ length: count }, (_, index) => (2 * stream.uniform(index) - 1) * bound);
}
