import type { ActivationLayer, LayerDefinition } from "../layer.ts";

export const activation: LayerDefinition<ActivationLayer> = {
  outputShape: (_layer, inputShape) => inputShape,
  weights: () => [],
};
