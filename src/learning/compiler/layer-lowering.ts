import type { InferredLayer, LayerOf, LayerType } from "../model/index.ts";
import type { WeightDescription } from "../model/index.ts";
import { paddedRows, type Layout } from "../plan/index.ts";
import type { GraphBuilder, NodeId } from "./graph.ts";

/** A layer with the nodes of the values that it reads. */
export interface LayerToLower<Type extends LayerType = LayerType> extends InferredLayer {
  readonly layer: LayerOf<Type>;
  readonly phase: "train" | "evaluate";
}

/** How a layer is made of ops. @returns the node of its output */
export type LayerLowering<Type extends LayerType> = (
  builder: GraphBuilder,
  layer: LayerToLower<Type>,
  inputs: readonly [NodeId, ...NodeId[]],
) => NodeId;

/** The rules of some layers. */
export type LayerLowerings<Types extends LayerType> = { readonly [Type in Types]: LayerLowering<Type> };

/** Appends the node of a weight. @param layout defaults to padded rows */
export function addWeight(builder: GraphBuilder, weight: WeightDescription, layout?: Layout): NodeId {
  return builder.add("weight", [], {
    attributes: { weight },
    shape: weight.shape,
    layout: layout ?? paddedRows(weight.shape),
  });
}
