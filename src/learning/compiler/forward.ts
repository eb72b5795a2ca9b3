import { internalError } from "../../base/index.ts";
import type { InferredLayer, Layer } from "../model/index.ts";
import type { GraphBuilder, NodeId } from "./graph.ts";

type LayerLowering<L extends Layer> = (
  builder: GraphBuilder,
  inferred: InferredLayer & { readonly layer: L },
  input: NodeId,
) => NodeId;

type Lowerings = { readonly [Type in Layer["type"]]: LayerLowering<Extract<Layer, { type: Type }>> };

/** How each layer is made of ops. */
const lowerings: Lowerings = {
  // Examples are gathered as rows, so there is nothing to do.
  flatten: (_builder, _inferred, input) => input,

  dense: (builder, { weights, outputShape }, input) => {
    const nodes = weights.map((weight) =>
      builder.add("weight", [], { attributes: { weight }, shape: weight.shape }),
    );
    return builder.add("dense", [input, ...nodes], {
      attributes: { activation: "none" },
      shape: outputShape,
    });
  },

  activation: (builder, { layer, outputShape }, input) =>
    builder.add("activation", [input], { attributes: { activation: layer.activation }, shape: outputShape }),
};

/** Appends the layers to the graph; returns the node of the last layer's output. */
export function addForward(builder: GraphBuilder, layers: readonly InferredLayer[], input: NodeId): NodeId {
  return layers.reduce((value, inferred) => {
    const lower = lowerings[inferred.layer.type] as LayerLowering<Layer> | undefined;
    if (lower === undefined) throw internalError(`layer type \`${inferred.layer.type}\` has no ops`);
    return lower(builder, inferred, value);
  }, input);
}
