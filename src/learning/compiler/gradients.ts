/**
 * Reverse-mode differentiation of a graph by a table of rules: for each op, how the gradient of its output becomes
 * gradients of its inputs. A value that is read several times gets the sum of what its readers ask for.
 */
import { internalError } from "../../base/index.ts";
import { isTrained } from "../model/index.ts";
import type { GradientRule } from "./gradient-rule.ts";
import type { GraphBuilder, NodeId, OpName } from "./graph.ts";
import { gradientRules } from "./ops/index.ts";

/**
 * Appends the gradients of `loss` with respect to every trained weight that it depends on.
 *
 * @returns weight node to gradient node, the weights nearest to the loss first
 */
export function addGradients(builder: GraphBuilder, loss: NodeId): Map<NodeId, NodeId> {
  const isWanted = dependsOnWeights(builder);
  const gradients = new Map<NodeId, NodeId | null>([[loss, null]]);
  const weightGradients = new Map<NodeId, NodeId>();
  // Ids grow from inputs to outputs, so going down visits every node after all that read it.
  for (let id = loss; id >= 0; id--) {
    const gradient = gradients.get(id);
    if (gradient === undefined) continue;
    const node = builder.node(id);
    if (node.op === "weight") {
      weightGradients.set(id, gradient!);
      continue;
    }
    const rule = gradientRules[node.op] as GradientRule<OpName> | undefined;
    if (rule === undefined) throw internalError(`op \`${node.op}\` has no gradient rule`);
    rule(builder, node, gradient).forEach((inputGradient, index) => {
      const input = node.inputs[index]!;
      if (inputGradient === null || !isWanted[input]!) return;
      const other = gradients.get(input) ?? null;
      if (other !== null && builder.node(input).op === "weight")
        throw internalError(`weight node ${input} is read twice, and no op adds gradients of weights`);
      gradients.set(
        input,
        other === null
          ? inputGradient
          : builder.addLike("add", [other, inputGradient], {
              attributes: { activation: "none" },
              like: input,
            }),
      );
    });
  }
  return weightGradients;
}

/** For each node, whether any trained weight goes into it: no gradient is needed where none does. */
function dependsOnWeights(builder: GraphBuilder): boolean[] {
  const depends: boolean[] = [];
  for (const node of builder.nodes) {
    depends.push(
      node.op === "weight" ? isTrained(node.attributes.weight) : node.inputs.some((input) => depends[input]!),
    );
  }
  return depends;
}
