import { noBuffer } from "../../plan/index.ts";
import { poolWindows, type AverageBins, type PoolWindows } from "../../model/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphBuilder, GraphNode, NodeId } from "../graph.ts";
import type { LayerLowerings, LayerToLower } from "../layer-lowering.ts";
import { choiceOf, type LoweringRules } from "../lowering.ts";
import { withPaddedRows } from "./copy.ts";

const addAverage = (
  builder: GraphBuilder,
  input: NodeId,
  { bins, shape }: { bins: AverageBins; shape: LayerToLower["outputShape"] },
) => builder.add("averagePool", [withPaddedRows(builder, input)], { attributes: { bins }, shape });

export const poolLayers: LayerLowerings<
  "maxPool" | "averagePool" | "adaptiveAveragePool" | "globalAveragePool"
> = {
  maxPool: (builder, { layer, outputShape: shape, phase }, [input]) =>
    builder.add("maxPool", [withPaddedRows(builder, input)], {
      attributes: { windows: poolWindows(layer), activation: "none", keepsWinners: phase === "train" },
      shape,
    }),

  averagePool: (builder, { layer, outputShape: shape }, [input]) => {
    const kind = layer.countIncludePadding ? "windows" : "inside";
    return addAverage(builder, input, { bins: { kind, windows: poolWindows(layer) }, shape });
  },

  adaptiveAveragePool: (builder, { outputShape: shape }, [input]) =>
    addAverage(builder, input, { bins: { kind: "adaptive" }, shape }),

  globalAveragePool: (builder, { outputShape: shape }, [input]) =>
    addAverage(builder, input, { bins: { kind: "adaptive" }, shape }),
};

/** A row of channels is an image of one pixel. */
function shapesOf(image: GraphNode, pooled: GraphNode) {
  const [height, width] = image.shape;
  const [outHeight, outWidth] = pooled.shape.length === 1 ? [1, 1] : pooled.shape;
  return {
    height: height!,
    width: width!,
    channels: image.layout.stride,
    outHeight: outHeight!,
    outWidth: outWidth!,
  };
}

const windowsOf = ({ size, stride, padding }: PoolWindows) => ({
  sizeHeight: size[0],
  sizeWidth: size[1],
  strideHeight: stride[0],
  strideWidth: stride[1],
  padHeight: padding[0],
  padWidth: padding[1],
});

const onePixel: PoolWindows = { size: [1, 1], stride: [1, 1], padding: [0, 0] };

const binsOf = (bins: AverageBins) => ({
  ...windowsOf(bins.kind === "adaptive" ? onePixel : bins.windows),
  bins: choiceOf("averagePool", "bins", bins.kind),
});

export const poolLowerings: LoweringRules<
  "maxPool" | "maxPoolGradient" | "averagePool" | "averagePoolGradient"
> = {
  maxPool: (context, node) => {
    const input = context.nodes[node.inputs[0]!]!;
    const { windows, activation, keepsWinners } = node.attributes;
    return {
      kernel: "maxPool",
      arguments: {
        input: context.value(input.id),
        output: context.batchOutput(node),
        winners: keepsWinners ? context.beside(node, "winners") : noBuffer,
        ...shapesOf(input, node),
        ...windowsOf(windows),
        activation: choiceOf("maxPool", "activation", activation),
      },
    };
  },

  maxPoolGradient: (context, node) => {
    const [pooled, gradient] = node.inputs as readonly [NodeId, NodeId];
    return {
      kernel: "maxPoolGradient",
      arguments: {
        winners: context.beside(context.nodes[pooled]!, "winners"),
        outputGradient: context.value(gradient),
        inputGradient: context.batchOutput(node),
        ...shapesOf(node, context.nodes[pooled]!),
        ...windowsOf(node.attributes.windows),
      },
    };
  },

  averagePool: (context, node) => {
    const input = context.nodes[node.inputs[0]!]!;
    return {
      kernel: "averagePool",
      arguments: {
        input: context.value(input.id),
        output: context.batchOutput(node),
        ...shapesOf(input, node),
        ...binsOf(node.attributes.bins),
      },
    };
  },

  averagePoolGradient: (context, node) => {
    const gradient = context.nodes[node.inputs[0]!]!;
    return {
      kernel: "averagePoolGradient",
      arguments: {
        outputGradient: context.value(gradient.id),
        inputGradient: context.batchOutput(node),
        ...shapesOf(node, gradient),
        ...binsOf(node.attributes.bins),
      },
    };
  },
};

export const poolGradients: GradientRules<"maxPool" | "averagePool"> = {
  maxPool: (builder, { id, inputs, attributes: { windows } }, gradient) => [
    builder.addLike("maxPoolGradient", [id, gradient!], { attributes: { windows }, like: inputs[0]! }),
  ],

  averagePool: (builder, { inputs, attributes }, gradient) => [
    builder.addLike("averagePoolGradient", [gradient!], { attributes, like: inputs[0]! }),
  ],
};
