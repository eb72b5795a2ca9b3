/**
 * Reverse-mode differentiation of a graph by a table of rules: for each op, how the gradient of its output becomes
 * gradients of its inputs.
 */
import { internalError } from "../../base/index.ts";
import type { GradientRule } from "./gradient-rule.ts";
import type { GraphBuilder, NodeId, OpName } from "./graph.ts";
import { gradientRules } from "./ops/index.ts";

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
    const rule = gradientRules[node.op] as GradientRule<OpName> | undefined;
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
