import { consumersOf, isOp, replaceNodes, type Graph, type GraphNode, type NodeId } from "../graph.ts";

/**
 * A relu that alone reads a dense layer or a convolution becomes part of it, and so does its gradient of the input gradient
 * in front of it: both are computed while the values are in registers or in the nearest cache.
 */
export function fuseRelu(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const isOnlyReadBy = (id: NodeId, reader: GraphNode) =>
    consumers.get(id)?.every((node) => node.id === reader.id);
  const replacements = new Map<NodeId, GraphNode>();
  for (const node of graph.nodes) {
    if (isOp(node, "activation") && node.attributes.activation === "relu") {
      const source = graph.nodes[node.inputs[0]!]!;
      if (!isOnlyReadBy(source.id, node)) continue;
      const fused = withRelu(source);
      if (fused !== undefined) replacements.set(node.id, { ...fused, id: node.id });
    } else if (isOp(node, "activationGradient") && node.attributes.activation === "relu") {
      const [output, gradient] = node.inputs as [NodeId, NodeId];
      const source = graph.nodes[gradient]!;
      if (!isOnlyReadBy(gradient, node)) continue;
      const fused = withMask(source, output);
      if (fused !== undefined) replacements.set(node.id, { ...fused, id: node.id });
    }
  }
  return replaceNodes(graph, replacements);
}

/** The node with a relu after it, if it can have one. */
function withRelu(node: GraphNode): GraphNode | undefined {
  const activation = "relu";
  if (isOp(node, "dense") && node.attributes.activation === "none")
    return { ...node, attributes: { ...node.attributes, activation } };
  if (isOp(node, "convolution") && node.attributes.activation === "none")
    return { ...node, attributes: { ...node.attributes, activation } };
  if (isOp(node, "depthwise") && node.attributes.activation === "none")
    return { ...node, attributes: { ...node.attributes, activation } };
  return undefined;
}

/** The input gradient with that of the relu in front of the layer, if it can have it. */
function withMask(node: GraphNode, relu: NodeId): GraphNode | undefined {
  const inputs = [...node.inputs, relu];
  if (isOp(node, "denseInputGradient") && !node.attributes.isMasked)
    return { ...node, inputs, attributes: { ...node.attributes, isMasked: true } };
  if (isOp(node, "convolutionInputGradient") && !node.attributes.isMasked)
    return { ...node, inputs, attributes: { ...node.attributes, isMasked: true } };
  if (isOp(node, "depthwiseInputGradient") && !node.attributes.isMasked)
    return { ...node, inputs, attributes: { ...node.attributes, isMasked: true } };
  return undefined;
}
