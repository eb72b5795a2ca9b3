/** How large a model is, as a function of its layers alone. */
import type { InferredLayer } from "./inferred-layer.ts";
import { isTrained, type Shape } from "./layer.ts";

export interface ModelSize {
  /** Numbers that training changes. */
  readonly weights: number;
  /**
   * Products that are summed up for one example on its way to the output: of dense layers and convolutions, whose padding
   * counts as if it were multiplied. All else (biases, activations, normalisation, pooling) is left out, as is usual.
   */
  readonly multiplyAdds: number;
}

export function modelSize(layers: readonly InferredLayer[]): ModelSize {
  let [count, multiplyAdds] = [0, 0];
  for (const { outputShape, weights } of layers) {
    for (const description of weights.filter(isTrained)) {
      const { role, shape } = description;
      count += elements(shape);
      // Each output is one kernel's sum, and the kernels are along the last dimension.
      if (role === "weight") multiplyAdds += elements(shape) * (elements(outputShape) / shape.at(-1)!);
    }
  }
  return { weights: count, multiplyAdds };
}

function elements(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
