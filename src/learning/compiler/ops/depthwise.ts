import { noBuffer } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { NodeId } from "../graph.ts";
import { choiceOf, type LoweringRules } from "../lowering.ts";
import { biasGradient, windowsOver } from "./convolution.ts";

export const depthwiseLowerings: LoweringRules<
  "depthwise" | "depthwiseInputGradient" | "depthwiseWeightGradient"
> = {
  depthwise: (context, node) => {
    const [input, weight, bias] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    return {
      kernel: "depthwiseForward",
      arguments: {
        input: context.value(input),
        weight: context.value(weight),
        bias: bias === undefined ? noBuffer : context.value(bias),
        output: context.batchOutput(node),
        ...windowsOver(context.nodes[input]!, node.attributes.geometry),
        activation: choiceOf("depthwiseForward", "activation", node.attributes.activation),
      },
    };
  },

  depthwiseInputGradient: (context, node) => {
    const [gradient, weight, activated] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    return {
      kernel: "depthwiseInputGradient",
      arguments: {
        outputGradient: context.value(gradient),
        weight: context.value(weight),
        inputGradient: context.batchOutput(node),
        activated: activated === undefined ? noBuffer : context.value(activated),
        ...windowsOver(node, node.attributes.geometry),
      },
    };
  },

  depthwiseWeightGradient: (context, node) => ({
    kernel: "depthwiseWeightGradient",
    arguments: {
      input: context.value(node.inputs[0]!),
      outputGradient: context.value(node.inputs[1]!),
      weightGradient: context.weightOutput(node),
      ...windowsOver(context.nodes[node.inputs[0]!]!, node.attributes.geometry),
    },
  }),
};

export const depthwiseGradients: GradientRules<"depthwise"> = {
  depthwise: (builder, { inputs, attributes: { geometry } }, gradient) => {
    const [x, weight, bias] = inputs as readonly [NodeId, NodeId, NodeId | undefined];
    return [
      builder.addLike("depthwiseInputGradient", [gradient!, weight], {
        attributes: { geometry, isMasked: false },
        like: x,
      }),
      builder.addLike("depthwiseWeightGradient", [x, gradient!], { attributes: { geometry }, like: weight }),
      ...biasGradient(builder, bias, gradient!),
    ];
  },
};
