import type { Graph, GraphNode, NodeId, OpName } from "../graph.ts";

/** The op that computes a loss's gradient, and adds up the loss when asked to. */
const lossOfGradient: { readonly [Op in OpName]?: OpName } = {
  softmaxCrossEntropyGradient: "softmaxCrossEntropy",
  elementwiseLossGradient: "elementwiseLoss",
};

/** A loss whose gradient is computed too is added up by the gradient's kernel, which has all it needs. */
export function fuseLoss(graph: Graph): Graph {
  const fused = new Map<NodeId, NodeId>();
  const nodes = graph.nodes.map((node): GraphNode => {
    const op = lossOfGradient[node.op];
    if (op === undefined) return node;
    const isOfThis = (loss: GraphNode) =>
      loss.op === op && loss.inputs.every((input, index) => input === node.inputs[index]);
    const loss = graph.nodes.find(isOfThis);
    if (loss === undefined) return node;
    fused.set(loss.id, node.id);
    return { ...node, attributes: { ...node.attributes, addsTotals: true } } as GraphNode;
  });
  return { nodes, effects: graph.effects.map((id) => fused.get(id) ?? id) };
}
