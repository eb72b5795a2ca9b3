import type { Layer, Shape, WeightDescription } from "./layer.ts";
import { definitionOf } from "./layers/index.ts";

export interface InferredLayer {
  readonly layer: Layer;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly weights: readonly WeightDescription[];
}

/** Walks the chain of layers from the shape of an example. @throws SHAPE_MISMATCH */
export function inferShapes(layers: readonly Layer[], inputShape: Shape): InferredLayer[] {
  let shape = inputShape;
  return layers.map((layer) => {
    const definition = definitionOf(layer);
    const inferred: InferredLayer = {
      layer,
      inputShape: shape,
      outputShape: definition.outputShape(layer, shape),
      weights: definition.weights(layer, shape),
    };
    shape = inferred.outputShape;
    return inferred;
  });
}
