import { paddedRows } from "../../plan/index.ts";
import { consumersOf, isOp, type Graph, type GraphNode, type NodeId } from "../graph.ts";
import type { OpAttributes } from "../op-attributes.ts";

/**
 * A dense layer's weight gradient that only Adam and a sum of magnitudes read is never written: Adam is applied while
 * it is in registers, and the sum is taken over the magnitudes that this leaves. Not so where gradients are clipped.
 */
export function fuseAdam(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const nodes: GraphNode[] = [...graph.nodes];
  for (const update of graph.nodes) {
    if (!isOp(update, "optimizerUpdate") || !isFusable(update.attributes)) continue;
    const [weight, gradient] = update.inputs as [NodeId, NodeId];
    const source = graph.nodes[gradient]!;
    const others = (consumers.get(gradient) ?? []).filter((node) => node.id !== update.id);
    if (!isOp(source, "denseWeightGradient") || !others.every((node) => isOp(node, "magnitudes"))) continue;
    const withNorm = others.find((node) => isOp(node, "magnitudes") && node.attributes.norm !== null);
    const fused: GraphNode = {
      id: update.id,
      op: "denseWeightAdam",
      inputs: [...source.inputs, weight],
      attributes: { state: update.attributes.state, squares: withNorm?.id ?? null },
      // The row of magnitudes, one for each output.
      shape: source.shape.slice(-1),
      layout: paddedRows(source.shape.slice(-1)),
    };
    nodes[update.id] = fused;
    for (const sum of others) {
      nodes[sum.id] = {
        ...sum,
        ...(sum === withNorm ? { op: "rowMagnitudes" } : {}),
        inputs: [update.id],
      } as GraphNode;
    }
  }
  return { nodes, effects: graph.effects };
}

const isFusable = ({ kernel, state, decays, clips }: OpAttributes["optimizerUpdate"]) =>
  kernel === "adamUpdate" && state.join() === "mean,variance" && decays && !clips;
