import type { GraphBuilder, GraphNode, NodeId, OpName } from "./graph.ts";

/** @returns for each input its gradient, or null where none flows (labels, the batch itself). */
export type GradientRule<Op extends OpName> = (
  builder: GraphBuilder,
  node: GraphNode<Op>,
  outputGradient: NodeId | null,
) => (NodeId | null)[];

/** The rules of some ops. */
export type GradientRules<Ops extends OpName> = { readonly [Op in Ops]: GradientRule<Op> };
