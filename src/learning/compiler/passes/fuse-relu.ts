import { consumersOf, isOp, replaceNodes, type Graph, type GraphNode, type NodeId } from "../graph.ts";

/**
 * A relu that alone reads a dense layer becomes part of it, and so does its gradient of the input gradient in front of
 * it: both are computed while the values are in registers.
 */
export function fuseRelu(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const isOnlyReadBy = (id: NodeId, reader: GraphNode) =>
    consumers.get(id)?.every((node) => node.id === reader.id);
  const replacements = new Map<NodeId, GraphNode>();
  for (const node of graph.nodes) {
    if (isOp(node, "activation") && node.attributes.activation === "relu") {
      const source = graph.nodes[node.inputs[0]!]!;
      if (isOp(source, "dense") && source.attributes.activation === "none" && isOnlyReadBy(source.id, node)) {
        replacements.set(node.id, { ...source, id: node.id, attributes: { activation: "relu" } });
      }
    } else if (isOp(node, "activationGradient") && node.attributes.activation === "relu") {
      const [output, gradient] = node.inputs as [NodeId, NodeId];
      const source = graph.nodes[gradient]!;
      if (isOp(source, "denseInputGradient") && !source.attributes.isMasked && isOnlyReadBy(gradient, node)) {
        replacements.set(node.id, {
          ...source,
          id: node.id,
          inputs: [...source.inputs, output],
          attributes: { isMasked: true },
        });
      }
    }
  }
  return replaceNodes(graph, replacements);
}
