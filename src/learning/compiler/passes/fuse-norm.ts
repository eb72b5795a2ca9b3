import { consumersOf, isOp, replaceNodes, type Graph, type GraphNode, type NodeId } from "../graph.ts";

/**
 * A relu that alone reads a normalisation or a sum becomes part of it. The gradient of a normalisation knows where its relu
 * is 0 from what it reads in any case, so that no masked gradient is written.
 */
export function fuseNorm(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const replacements = new Map<NodeId, GraphNode>();
  /** Of relus that have become part of a normalisation. */
  const fused = new Set<NodeId>();
  for (const node of graph.nodes) {
    if (!isOp(node, "activation") || node.attributes.activation !== "relu") continue;
    const source = graph.nodes[node.inputs[0]!]!;
    if (consumers.get(source.id)?.some(({ id }) => id !== node.id)) continue;
    if (
      isOp(source, "batchNorm") ||
      isOp(source, "groupNorm") ||
      isOp(source, "scaleShift") ||
      isOp(source, "add")
    ) {
      if (source.attributes.activation !== "none") continue;
      replacements.set(node.id, {
        ...source,
        id: node.id,
        attributes: { ...source.attributes, activation: "relu" },
      } as GraphNode);
      if (!isOp(source, "add")) fused.add(node.id);
    }
  }
  for (const node of graph.nodes) {
    if (!isGradientOfNorm(node)) continue;
    const [x, statistics, outputGradient, ...others] = node.inputs as readonly [
      NodeId,
      NodeId,
      NodeId,
      ...NodeId[],
    ];
    const masked = graph.nodes[outputGradient]!;
    if (!isOp(masked, "activationGradient") || !fused.has(masked.inputs[0]!)) continue;
    const relu = replacements.get(masked.inputs[0]!)!;
    if (relu.inputs[0] !== x || relu.inputs[1] !== statistics) continue;
    replacements.set(node.id, {
      ...node,
      inputs: [x, statistics, masked.inputs[1]!, ...others],
      attributes: { ...node.attributes, activation: "relu" },
    } as GraphNode);
  }
  return replaceNodes(graph, replacements);
}

function isGradientOfNorm(node: GraphNode) {
  return isOp(node, "batchNormSums") || isOp(node, "batchNormGradient") || isOp(node, "groupNormGradient");
}
