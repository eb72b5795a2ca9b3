import { isOp, type Graph, type GraphNode, type NodeId } from "./graph.ts";

/**
 * The nodes that the effects need, each after its inputs, and each change of a weight after everything else that reads
 * that weight. What no effect needs is left out.
 */
export function scheduleNodes(graph: Graph): GraphNode[] {
  const updaters = new Map<NodeId, NodeId>();
  for (const node of graph.nodes) {
    if (isOp(node, "optimizerUpdate")) updaters.set(node.inputs[0]!, node.id);
    if (isOp(node, "denseWeightAdam")) updaters.set(node.inputs[2]!, node.id);
  }
  const needed = neededNodes(graph);
  const readersBeforeUpdate = new Map<NodeId, NodeId[]>();
  for (const node of needed) {
    for (const input of node.inputs) {
      const updater = updaters.get(input);
      if (updater === undefined || updater === node.id) continue;
      readersBeforeUpdate.set(updater, [...(readersBeforeUpdate.get(updater) ?? []), node.id]);
    }
  }

  const order: GraphNode[] = [];
  const placed = new Set<NodeId>();
  const place = (id: NodeId): void => {
    if (placed.has(id)) return;
    placed.add(id);
    const node = graph.nodes[id]!;
    node.inputs.forEach(place);
    readersBeforeUpdate.get(id)?.forEach(place);
    order.push(node);
  };
  graph.effects.forEach(place);
  return order;
}

function neededNodes(graph: Graph): GraphNode[] {
  const needed = new Set<GraphNode>();
  const visit = (id: NodeId): void => {
    const node = graph.nodes[id]!;
    if (needed.has(node)) return;
    needed.add(node);
    node.inputs.forEach(visit);
  };
  graph.effects.forEach(visit);
  return [...needed];
}
