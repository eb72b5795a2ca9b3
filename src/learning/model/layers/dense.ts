import { TunesmithError } from "../../../base/index.ts";
import type { DenseLayer, LayerDefinition } from "../layer.ts";

export const dense: LayerDefinition<DenseLayer> = {
  outputShape: (layer, inputShape) => {
    if (inputShape.length !== 1) {
      throw new TunesmithError("SHAPE_MISMATCH", {
        message: `dense layer \`${layer.name}\`: expected input [batch, features], got [batch, ${inputShape.join(", ")}].`,
        hint: `Add a flatten layer before \`${layer.name}\`.`,
        facts: { layer: layer.name, received: inputShape },
      });
    }
    return [layer.units];
  },
  weights: ({ name, units }, [inFeatures = 0]) => [
    { name: `${name}.weight`, layer: name, role: "weight", shape: [inFeatures, units], fanIn: inFeatures },
    { name: `${name}.bias`, layer: name, role: "bias", shape: [units], fanIn: inFeatures },
  ],
};
