import { consumersOf, isOp, replaceNodes, type Graph, type GraphNode, type NodeId } from "../graph.ts";

/**
 * A relu that only a max pooling reads is taken after it, of a fraction of the values: the larger of two values stays the
 * larger. The winners know where the relu is 0, so its gradient is the pooling's.
 */
export function fusePool(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const replacements = new Map<NodeId, GraphNode>();
  for (const pool of graph.nodes) {
    if (!isOp(pool, "maxPool") || pool.attributes.activation !== "none") continue;
    const relu = graph.nodes[pool.inputs[0]!]!;
    if (!isOp(relu, "activation") || relu.attributes.activation !== "relu") continue;
    const others = (consumers.get(relu.id) ?? []).filter(({ id }) => id !== pool.id);
    const gradients = others.filter((node) => isOp(node, "activationGradient"));
    const pooledGradients = gradients.map(({ inputs }) => graph.nodes[inputs[1]!]!);
    const fits = (node: GraphNode) => isOp(node, "maxPoolGradient") && node.inputs[0] === pool.id;
    if (others.length !== gradients.length || !pooledGradients.every(fits)) continue;
    const attributes = { ...pool.attributes, activation: "relu" as const };
    replacements.set(pool.id, { ...pool, inputs: relu.inputs, attributes });
    gradients.forEach(({ id }, index) => replacements.set(id, { ...pooledGradients[index]!, id }));
  }
  return replaceNodes(graph, replacements);
}
