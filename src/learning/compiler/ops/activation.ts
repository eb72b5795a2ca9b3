import { noBuffer, slopeSource } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { LayerLowerings } from "../layer-lowering.ts";
import { choiceOf, type LoweringRules } from "../lowering.ts";
import type { GraphNode } from "../graph.ts";

export const activationLayers: LayerLowerings<"activation"> = {
  activation: (builder, { layer: { activation } }, [input]) =>
    activation === "identity"
      ? input
      : builder.addLike("activation", [input], { attributes: { activation }, like: input }),
};

/** Every run of a value is one row of the kernel: a pixel's channels, or all features. */
export const rowsOf = ({ shape, layout }: GraphNode) => ({
  runs: shape.reduce((product, size) => product * size, 1) / layout.run,
  features: layout.run,
  stride: layout.stride,
});

export const activationLowerings: LoweringRules<"activation" | "activationGradient"> = {
  activation: (context, node) => ({
    kernel: "activationForward",
    arguments: {
      input: context.value(node.inputs[0]!),
      output: context.batchOutput(node),
      ...rowsOf(node),
      activation: choiceOf("activationForward", "activation", node.attributes.activation),
    },
  }),

  activationGradient: (context, node) => ({
    kernel: "activationGradient",
    arguments: {
      input: noBuffer,
      output: noBuffer,
      [slopeSource(node.attributes.activation)]: context.value(node.inputs[0]!),
      outputGradient: context.value(node.inputs[1]!),
      inputGradient: context.batchOutput(node),
      ...rowsOf(node),
      activation: choiceOf("activationGradient", "activation", node.attributes.activation),
    },
  }),
};

export const activationGradients: GradientRules<"activation"> = {
  activation: (builder, { id, inputs, attributes }, gradient) => {
    const source = slopeSource(attributes.activation) === "input" ? inputs[0]! : id;
    return [builder.addLike("activationGradient", [source, gradient!], { attributes, like: id })];
  },
};
