import { noBuffer, padFeatures } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { NodeId } from "../graph.ts";
import { choiceOf, paddedLast, type LoweringRules } from "../lowering.ts";

export const denseLowerings: LoweringRules<
  "dense" | "denseInputGradient" | "denseWeightGradient" | "denseBiasGradient" | "denseWeightAdam"
> = {
  dense: (context, node) => {
    const [input, weight, bias] = node.inputs as readonly [NodeId, NodeId, NodeId];
    return {
      kernel: "denseForward",
      arguments: {
        input: context.value(input),
        weight: context.value(weight),
        bias: context.value(bias),
        output: context.batchOutput(node),
        in: paddedLast(context.nodes[input]!.shape),
        out: paddedLast(node.shape),
        activation: choiceOf("denseForward", "activation", node.attributes.activation),
      },
    };
  },

  denseInputGradient: (context, node) => {
    const [gradient, weight, activated] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    const weightShape = context.nodes[weight]!.shape;
    return {
      kernel: "denseInputGradient",
      arguments: {
        outputGradient: context.value(gradient),
        weight: context.value(weight),
        transposed: context.draft.scratchWeight(`transposed weight of node ${node.id}`, weightShape),
        inputGradient: context.batchOutput(node),
        activated: activated === undefined ? noBuffer : context.value(activated),
        in: padFeatures(weightShape[0]!),
        out: padFeatures(weightShape[1]!),
      },
    };
  },

  denseWeightGradient: (context, node) => ({
    kernel: "denseWeightGradient",
    arguments: {
      input: context.value(node.inputs[0]!),
      outputGradient: context.value(node.inputs[1]!),
      packed: context.packed(node, 1),
      weightGradient: context.weightOutput(node),
      in: padFeatures(node.shape[0]!),
      out: padFeatures(node.shape[1]!),
    },
  }),

  denseBiasGradient: (context, node) => ({
    kernel: "denseBiasGradient",
    arguments: {
      outputGradient: context.value(node.inputs[0]!),
      biasGradient: context.weightOutput(node),
      out: paddedLast(node.shape),
    },
  }),

  denseWeightAdam: (context, node) => {
    const [input, gradient, weightNode] = node.inputs as readonly [NodeId, NodeId, NodeId];
    const weight = context.value(weightNode);
    return {
      kernel: "denseWeightAdam",
      arguments: {
        input: context.value(input),
        outputGradient: context.value(gradient),
        packed: context.packed(node, 1),
        weight,
        ...context.draft.optimizerState(weight, node.attributes.state),
        partial: context.isOneChunk
          ? noBuffer
          : context.draft.scratchWeight(`partial gradient of node ${node.id}`, node.shape),
        magnitude: context.draft.temporary(`magnitude of node ${node.id}`, [1, node.shape[1]!], node.id),
        in: padFeatures(node.shape[0]!),
        out: padFeatures(node.shape[1]!),
        settings: context.draft.slot("optimizer"),
      },
    };
  },
};

export const denseGradients: GradientRules<"dense"> = {
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
};
