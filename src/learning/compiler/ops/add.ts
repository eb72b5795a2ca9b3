import type { GradientRules } from "../gradient-rule.ts";
import type { LayerLowerings } from "../layer-lowering.ts";
import { choiceOf, rowFloats, type LoweringRules } from "../lowering.ts";
import { withPaddedRows } from "./copy.ts";

export const addLayers: LayerLowerings<"add"> = {
  add: (builder, _layer, inputs) =>
    inputs
      .map((input) => withPaddedRows(builder, input))
      .reduce((sum, other) =>
        builder.addLike("add", [sum, other], { attributes: { activation: "none" }, like: sum }),
      ),
};

export const addLowerings: LoweringRules<"add"> = {
  add: (context, node) => ({
    kernel: "add",
    arguments: {
      a: context.value(node.inputs[0]!),
      b: context.value(node.inputs[1]!),
      output: context.batchOutput(node),
      stride: rowFloats(node),
      activation: choiceOf("add", "activation", node.attributes.activation),
    },
  }),
};

export const addGradients: GradientRules<"add"> = {
  // Passes fuse activations after differentiation, so there is none here yet.
  add: (_builder, _node, gradient) => [gradient, gradient],
};
