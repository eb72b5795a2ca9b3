/**
 * Reverse-mode differentiation of a graph by a table of rules: for each op, how the gradient of its output becomes
 * gradients of its inputs.
 */
import { internalError } from "../../base/index.ts";
import type { GraphBuilder, GraphNode, NodeId, OpName } from "./graph.ts";

/** @returns for each input its gradient, or null where none flows (labels, the batch itself). */
type GradientRule<Op extends OpName> = (
  builder: GraphBuilder,
  node: GraphNode<Op>,
  outputGradient: NodeId | null,
) => (NodeId | null)[];

const rules: { readonly [Op in OpName]?: GradientRule<Op> } = {
  // The loss is where differentiation starts: it has no gradient from above.
  softmaxCrossEntropy: (builder, { inputs }) => [
    builder.add("softmaxCrossEntropyGradient", inputs, {
      attributes: { addsTotals: false },
      shape: builder.node(inputs[0]!).shape,
    }),
    null,
  ],

  dense: (builder, { inputs: [x, weight, bias] }, gradient) => {
    const isInputBatch = builder.node(x!).op === "features";
    return [
      isInputBatch
        ? null
        : builder.add("denseInputGradient", [gradient!, weight!], {
            attributes: { isMasked: false },
            shape: builder.node(x!).shape,
          }),
      builder.add("denseWeightGradient", [x!, gradient!], {
        attributes: {},
        shape: builder.node(weight!).shape,
      }),
      builder.add("denseBiasGradient", [gradient!], { attributes: {}, shape: builder.node(bias!).shape }),
    ];
  },

  activation: (builder, { id, attributes, shape }, gradient) => [
    builder.add("activationGradient", [id, gradient!], { attributes, shape }),
  ],
};

/**
 * Appends the gradients of `loss` with respect to every weight that it depends on.
 *
 * @returns weight node to gradient node, the weights nearest to the loss first
 */
export function addGradients(builder: GraphBuilder, loss: NodeId): Map<NodeId, NodeId> {
  const gradients = new Map<NodeId, NodeId | null>([[loss, null]]);
  const weightGradients = new Map<NodeId, NodeId>();
  // Ids grow from inputs to outputs, so going down visits every node after all that read it.
  for (let id = loss; id >= 0; id--) {
    const gradient = gradients.get(id);
    const node = builder.node(id);
    if (gradient === undefined || node.op === "features" || node.op === "labels") continue;
    if (node.op === "weight") {
      weightGradients.set(id, gradient!);
      continue;
    }
    const rule = rules[node.op] as GradientRule<OpName> | undefined;
    if (rule === undefined) throw internalError(`op \`${node.op}\` has no gradient rule`);
    rule(builder, node, gradient).forEach((inputGradient, index) => {
      if (inputGradient === null) return;
      const input = node.inputs[index]!;
      if (gradients.has(input)) throw internalError(`value ${input} is read twice, and no op adds gradients`);
      gradients.set(input, inputGradient);
    });
  }
  return weightGradients;
}
