import { convolutionGeometry, type WindowGeometry } from "../../model/index.ts";
import {
  floatsOf,
  noBuffer,
  paddedImageFloats,
  padFeatures,
  panelsOf,
  type Layout,
} from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import { isGathered, type GraphBuilder, type GraphNode, type NodeId } from "../graph.ts";
import { addWeight, type LayerLowerings } from "../layer-lowering.ts";
import { choiceOf, rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";
import { withPaddedRows } from "./copy.ts";

export const convolutionLayers: LayerLowerings<"convolution"> = {
  convolution: (builder, { layer, weights, inputShapes, outputShape }, [input]) => {
    const geometry = convolutionGeometry(layer, inputShapes[0]!);
    const channels = inputShapes[0]![2]!;
    const [weight, bias] = weights;
    const attributes = { geometry, activation: "none" } as const;
    const biases = () => (bias === undefined ? [] : [addWeight(builder, bias)]);
    if (layer.groups === channels && layer.filters === channels) {
      const x = withPaddedRows(builder, input);
      const nodes = [addWeight(builder, weight!), ...biases()];
      return builder.add("depthwise", [x, ...nodes], { attributes, shape: outputShape });
    }
    const x = isGathered(builder.node(input)) ? input : withPaddedRows(builder, input);
    const layout = panelsOf({ run: channels, stride: pixelFloats(builder.node(x)) });
    const nodes = [
      layer.groups === 1
        ? addWeight(builder, weight!, layout)
        : expanded(builder, addWeight(builder, weight!), { groups: layer.groups, layout }),
      ...biases(),
    ];
    return builder.add("convolution", [x, ...nodes], { attributes, shape: outputShape });
  },
};

/** The weight of a convolution in groups as that of one without. */
function expanded(
  builder: GraphBuilder,
  weight: NodeId,
  { groups, layout }: { groups: number; layout: Layout },
): NodeId {
  const [height, width, channels, filters] = builder.node(weight).shape as [number, number, number, number];
  const shape = [height, width, channels * groups, filters];
  return builder.add("expandGroups", [weight], { attributes: { groups }, shape, layout });
}

/** From pixel to pixel: examples lie without gaps between their channels. */
const pixelFloats = (image: GraphNode) => (isGathered(image) ? image.shape[2]! : image.layout.stride);

/** The dimensions of the windows' kernels. */
export const windowsOver = (image: GraphNode, geometry: WindowGeometry) => ({
  ...geometry,
  pixel: pixelFloats(image),
  inputRow: rowFloats(image),
});

/** With fewer channels than this, zeros around the images cost less than leaving out the taps that read them. */
const fewChannels = 64;

/** Scratch for images with zeros around them, where that pays. */
function paddedScratch(
  context: LoweringContext,
  { id }: GraphNode,
  dimensions: WindowGeometry & { readonly pixel: number },
): number {
  const { height, width, pixel, top, left, stride, dilation } = dimensions;
  const reaches = (windows: number, taps: number, size: number) =>
    (windows - 1) * stride + (taps - 1) * dilation + 1 > size;
  const reachesOut =
    top + left > 0 ||
    reaches(dimensions.outHeight, dimensions.kernelHeight, height) ||
    reaches(dimensions.outWidth, dimensions.kernelWidth, width);
  if (!reachesOut || pixel >= fewChannels) return noBuffer;
  const floats = context.chunkSize * paddedImageFloats({ ...dimensions });
  return context.draft.scratch(`padded input of node ${id}`, floats);
}

/** Wider gradients than this are packed: rows that are powers of two apart would share few places in the cache. */
const widestUnpacked = 64;

const lastSize = (node: GraphNode) => padFeatures(node.shape.at(-1)!);

export const convolutionLowerings: LoweringRules<
  "convolution" | "convolutionInputGradient" | "convolutionWeightGradient" | "convolutionBiasGradient"
> = {
  convolution: (context, node) => {
    const [input, weight, bias] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    const dimensions = windowsOver(context.nodes[input]!, node.attributes.geometry);
    return {
      kernel: "convolutionForward",
      arguments: {
        input: context.value(input),
        weight: context.value(weight),
        bias: bias === undefined ? noBuffer : context.value(bias),
        padded: paddedScratch(context, node, dimensions),
        output: context.batchOutput(node),
        ...dimensions,
        out: lastSize(node),
        activation: choiceOf("convolutionForward", "activation", node.attributes.activation),
      },
    };
  },

  convolutionInputGradient: (context, node) => {
    const [gradient, weight, activated] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    const weightNode = context.nodes[weight]!;
    return {
      kernel: "convolutionInputGradient",
      arguments: {
        outputGradient: context.value(gradient),
        weight: context.value(weight),
        transposed: context.draft.scratch(`transposed weight of node ${node.id}`, floatsOf(weightNode)),
        inputGradient: context.batchOutput(node),
        activated: activated === undefined ? noBuffer : context.value(activated),
        ...windowsOver(node, node.attributes.geometry),
        out: lastSize(weightNode),
      },
    };
  },

  convolutionWeightGradient: (context, node) => {
    const dimensions = windowsOver(context.nodes[node.inputs[0]!]!, node.attributes.geometry);
    const out = lastSize(node);
    return {
      kernel: "convolutionWeightGradient",
      arguments: {
        input: context.value(node.inputs[0]!),
        outputGradient: context.value(node.inputs[1]!),
        padded: paddedScratch(context, node, dimensions),
        packed: out <= widestUnpacked ? noBuffer : context.packed(node, 1),
        weightGradient: context.weightOutput(node),
        ...dimensions,
        out,
      },
    };
  },

  convolutionBiasGradient: (context, node) => {
    const gradient = context.nodes[node.inputs[0]!]!;
    return {
      kernel: "convolutionBiasGradient",
      arguments: {
        outputGradient: context.value(gradient.id),
        biasGradient: context.weightOutput(node),
        pixels: rowFloats(gradient) / lastSize(gradient),
        out: lastSize(gradient),
      },
    };
  },
};

export const convolutionGradients: GradientRules<"convolution"> = {
  convolution: (builder, { inputs, attributes: { geometry } }, gradient) => {
    const [x, weight, bias] = inputs as readonly [NodeId, NodeId, NodeId | undefined];
    return [
      builder.addLike("convolutionInputGradient", [gradient!, weight], {
        attributes: { geometry, isMasked: false },
        like: x,
      }),
      builder.addLike("convolutionWeightGradient", [x, gradient!], {
        attributes: { geometry },
        like: weight,
      }),
      ...biasGradient(builder, bias, gradient!),
    ];
  },
};

export const biasGradient = (builder: GraphBuilder, bias: NodeId | undefined, gradient: NodeId): NodeId[] =>
  bias === undefined
    ? []
    : [builder.addLike("convolutionBiasGradient", [gradient], { attributes: {}, like: bias })];
