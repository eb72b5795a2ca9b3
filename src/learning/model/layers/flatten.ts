import type { FlattenLayer, LayerDefinition } from "../layer.ts";

export const flatten: LayerDefinition<FlattenLayer> = {
  outputShape: (_layer, inputShape) => [inputShape.reduce((product, size) => product * size, 1)],
  weights: () => [],
};
