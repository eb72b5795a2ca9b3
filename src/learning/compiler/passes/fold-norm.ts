import { paddedRows } from "../../plan/index.ts";
import { consumersOf, GraphBuilder, isOp, type Graph, type NodeId } from "../graph.ts";

/**
 * A scale and shift that alone reads a dense layer or a convolution becomes part of its weight and bias, which are made anew
 * once for each step of the evaluation: no value is written twice.
 */
export function foldNorm(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const builder = new GraphBuilder(graph.nodes);
  for (const node of graph.nodes) {
    if (!isOp(node, "scaleShift")) continue;
    const [x, factors] = node.inputs as readonly [NodeId, NodeId];
    const source = graph.nodes[x]!;
    if (!isOp(source, "dense") && !isOp(source, "convolution")) continue;
    if (source.attributes.activation !== "none" || (consumers.get(x)?.length ?? 0) !== 1) continue;
    const [input, weight, ...bias] = source.inputs as readonly [NodeId, NodeId, ...NodeId[]];
    const scaled = builder.addLike("scaledWeight", [weight, factors, ...bias], {
      attributes: {},
      like: weight,
    });
    const shape = node.shape.slice(-1);
    const shift = builder.add("beside", [scaled], {
      attributes: { name: "bias" },
      shape,
      layout: paddedRows(shape),
    });
    const { activation } = node.attributes;
    builder.nodes[node.id] = isOp(source, "dense")
      ? { ...source, id: node.id, inputs: [input, scaled, shift], attributes: { activation } }
      : {
          ...source,
          id: node.id,
          inputs: [input, scaled, shift],
          attributes: { ...source.attributes, activation },
        };
  }
  return { nodes: builder.nodes, effects: graph.effects };
}
