import { floatsOf, noBuffer, padFeatures, panelsOf } from "../../plan/index.ts";
import { longestChunk } from "../longest-chunk.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphNode, NodeId } from "../graph.ts";
import { addWeight, type LayerLowerings } from "../layer-lowering.ts";
import { choiceOf, rowFloats, type LoweringRules } from "../lowering.ts";

export const denseLayers: LayerLowerings<"dense"> = {
  dense: (builder, { weights, outputShape }, [input]) => {
    const [weight, bias] = weights;
    const nodes = [addWeight(builder, weight!, panelsOf(builder.node(input).layout))];
    if (bias !== undefined) nodes.push(addWeight(builder, bias));
    return builder.add("dense", [input, ...nodes], {
      attributes: { activation: "none" },
      shape: outputShape,
    });
  },
};

/** Padded features in and out of a weight. */
function sizesOf(weight: GraphNode): { in: number; out: number } {
  const out = padFeatures(weight.shape.at(-1)!);
  return { in: floatsOf(weight) / out, out };
}

export const denseLowerings: LoweringRules<
  "dense" | "denseInputGradient" | "denseWeightGradient" | "denseBiasGradient" | "denseWeightAdam"
> = {
  dense: (context, node) => {
    const [input, weight, bias] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    return {
      kernel: "denseForward",
      arguments: {
        input: context.value(input),
        weight: context.value(weight),
        bias: bias === undefined ? noBuffer : context.value(bias),
        output: context.batchOutput(node),
        ...sizesOf(context.nodes[weight]!),
        activation: choiceOf("denseForward", "activation", node.attributes.activation),
      },
    };
  },

  denseInputGradient: (context, node) => {
    const [gradient, weight, activated] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    const weightNode = context.nodes[weight]!;
    return {
      kernel: "denseInputGradient",
      arguments: {
        outputGradient: context.value(gradient),
        weight: context.value(weight),
        transposed: context.draft.scratch(`transposed weight of node ${node.id}`, floatsOf(weightNode)),
        inputGradient: context.batchOutput(node),
        activated: activated === undefined ? noBuffer : context.value(activated),
        ...sizesOf(weightNode),
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
      ...sizesOf(node),
    },
  }),

  denseBiasGradient: (context, node) => ({
    kernel: "denseBiasGradient",
    arguments: {
      outputGradient: context.value(node.inputs[0]!),
      biasGradient: context.weightOutput(node),
      out: rowFloats(node),
    },
  }),

  denseWeightAdam: (context, node) => {
    const [input, gradient, weightNode] = node.inputs as readonly [NodeId, NodeId, NodeId];
    const weight = context.value(weightNode);
    const sizes = sizesOf(context.nodes[weightNode]!);
    const { squares } = node.attributes;
    if (squares !== null)
      context.draft.alias(squares, context.draft.scratch(`squares of node ${node.id}`, sizes.out + 16));
    return {
      kernel: "denseWeightAdam",
      arguments: {
        input: context.value(input),
        outputGradient: context.value(gradient),
        packed: context.packed(node, 1),
        weight,
        ...context.draft.optimizerState(weight, node.attributes.state),
        // Sums are unfinished between chunks, and between the blocks of a long one.
        partial:
          context.isOneChunk && context.chunkSize <= longestChunk
            ? noBuffer
            : context.draft.scratch(`partial gradient of node ${node.id}`, sizes.in * sizes.out),
        magnitude: context.weightOutput(node),
        squares: squares === null ? noBuffer : context.value(squares),
        ...sizes,
        settings: context.draft.slot("optimizer"),
      },
    };
  },
};

export const denseGradients: GradientRules<"dense"> = {
  dense: (builder, { inputs }, gradient) => {
    const [x, weight, bias] = inputs as readonly [NodeId, NodeId, NodeId | undefined];
    return [
      builder.addLike("denseInputGradient", [gradient!, weight], {
        attributes: { isMasked: false },
        like: x,
      }),
      builder.addLike("denseWeightGradient", [x, gradient!], { attributes: {}, like: weight }),
      ...(bias === undefined
        ? []
        : [builder.addLike("denseBiasGradient", [gradient!], { attributes: {}, like: bias })]),
    ];
  },
};
