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
  const readersBeforeUpdate = new Map<NodeId, NodeId[]>();
  for (const node of neededNodes(graph)) {
    for (const input of node.inputs) {
      const updater = updaters.get(input);
      if (updater === undefined || updater === node.id) continue;
      const readers = readersBeforeUpdate.get(updater);
      if (readers === undefined) readersBeforeUpdate.set(updater, [node.id]);
      else readers.push(node.id);
    }
  }

  const order: GraphNode[] = [];
  const entered = new Set<NodeId>();
  // Depth first, with a stack of its own: networks may be thousands of layers deep.
  for (const effect of graph.effects) {
    const stack: { readonly id: NodeId; readonly isReady: boolean }[] = [{ id: effect, isReady: false }];
    while (stack.length > 0) {
      const { id, isReady } = stack.pop()!;
      const node = graph.nodes[id]!;
      if (isReady) {
        order.push(node);
        continue;
      }
      if (entered.has(id)) continue;
      entered.add(id);
      stack.push({ id, isReady: true });
      const before = [...node.inputs, ...(readersBeforeUpdate.get(id) ?? [])];
      for (const next of before.reverse()) stack.push({ id: next, isReady: false });
    }
  }
  return order;
}

function neededNodes(graph: Graph): GraphNode[] {
  const needed = new Set<GraphNode>();
  const pending = [...graph.effects];
  while (pending.length > 0) {
    const node = graph.nodes[pending.pop()!]!;
    if (needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.inputs);
  }
  return [...needed];
}
