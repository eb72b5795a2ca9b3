import type { GradientRules } from "../gradient-rule.ts";
import { choiceOf, paddedLast, type LoweringRules } from "../lowering.ts";

export const activationLowerings: LoweringRules<"activation" | "activationGradient"> = {
  activation: (context, node) => ({
    kernel: "activationForward",
    arguments: {
      input: context.value(node.inputs[0]!),
      output: context.batchOutput(node),
      features: node.shape.at(-1)!,
      stride: paddedLast(node.shape),
      activation: choiceOf("activationForward", "activation", node.attributes.activation),
    },
  }),

  activationGradient: (context, node) => ({
    kernel: "activationGradient",
    arguments: {
      output: context.value(node.inputs[0]!),
      outputGradient: context.value(node.inputs[1]!),
      inputGradient: context.batchOutput(node),
      features: node.shape.at(-1)!,
      stride: paddedLast(node.shape),
      activation: choiceOf("activationGradient", "activation", node.attributes.activation),
    },
  }),
};

export const activationGradients: GradientRules<"activation"> = {
  activation: (builder, { id, attributes, shape }, gradient) => [
    builder.add("activationGradient", [id, gradient!], { attributes, shape }),
  ],
};
