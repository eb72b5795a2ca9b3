import { isOp, type Graph, type GraphNode, type NodeId } from "../graph.ts";

/** A loss whose gradient is computed too is added up by the gradient's kernel, which has all it needs. */
export function fuseLoss(graph: Graph): Graph {
  const losses = graph.nodes.filter((node) => isOp(node, "softmaxCrossEntropy"));
  const fused = new Map<NodeId, NodeId>();
  const nodes = graph.nodes.map((node): GraphNode => {
    if (!isOp(node, "softmaxCrossEntropyGradient")) return node;
    const loss = losses.find(({ inputs }) => inputs.every((input, index) => input === node.inputs[index]));
    if (loss === undefined) return node;
    fused.set(loss.id, node.id);
    return { ...node, attributes: { addsTotals: true } };
  });
  return { nodes, effects: graph.effects.map((id) => fused.get(id) ?? id) };
}
