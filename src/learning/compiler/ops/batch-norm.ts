import { floatsOf, noBuffer, padFeatures, paddedRows, type KernelCall } from "../../plan/index.ts";
import { shapeMismatch } from "../../model/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphNode, NodeId } from "../graph.ts";
import { addWeight, type LayerLowerings } from "../layer-lowering.ts";
import { choiceOf, rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";
import type { BatchNormSettings } from "../op-attributes.ts";
import { withPaddedRows } from "./copy.ts";

export const batchNormLayers: LayerLowerings<"batchNorm"> = {
  batchNorm: (builder, { layer, weights, phase }, [input]) => {
    const x = withPaddedRows(builder, input);
    const nodes = weights.map((weight) => addWeight(builder, weight));
    const affine = nodes.slice(0, -2);
    const running = nodes.slice(-2);
    const { name, momentum, epsilon } = layer;
    const settings = { layer: name, momentum, epsilon };
    const rows = { attributes: settings, shape: [2, builder.node(x).shape.at(-1)!] };
    const attributes = { activation: "none" } as const;
    if (phase === "evaluate") {
      const factors = builder.add("batchNormFactors", [...running, ...affine], rows);
      return builder.addLike("scaleShift", [x, factors], { attributes, like: x });
    }
    const statistics = builder.add("batchStatistics", [x, ...running], rows);
    return builder.addLike("batchNorm", [x, statistics, ...affine], { attributes, like: x });
  },
};

/** A row of features is an image of one pixel. */
const sizesOf = (node: GraphNode) => ({
  pixels: rowFloats(node) / node.layout.stride,
  channels: node.layout.stride,
});

const settingsOf = ({ draft }: LoweringContext, { layer, momentum, epsilon }: BatchNormSettings) =>
  draft.settings(layer, { momentum, epsilon });

const affineOf = (context: LoweringContext, affine: readonly NodeId[]) => ({
  scale: affine[0] === undefined ? noBuffer : context.value(affine[0]),
  shift: affine[1] === undefined ? noBuffer : context.value(affine[1]),
});

const scratchOf = (context: LoweringContext, node: GraphNode, channels: number, rows: number) =>
  context.draft.scratch(`scratch of node ${node.id}`, rows * channels);

export const batchNormLowerings: LoweringRules<
  | "batchStatistics"
  | "batchNorm"
  | "batchNormSums"
  | "batchNormGradient"
  | "batchNormFactors"
  | "scaleShift"
  | "scaledWeight"
  | "beside"
> = {
  batchStatistics: (context, node) => {
    const [input, mean, variance] = node.inputs as readonly [NodeId, NodeId, NodeId];
    const sizes = sizesOf(context.nodes[input]!);
    if (context.chunkSize * sizes.pixels === 1) {
      throw shapeMismatch(
        { type: "batchNorm", name: node.attributes.layer },
        {
          expected: "two values per channel or more in a training batch",
          received: "one",
          hint: "Raise `training.batchSize`, or take layerNorm or groupNorm, which need one example alone.",
        },
      );
    }
    return {
      kernel: "batchStatistics",
      arguments: {
        input: context.value(input),
        statistics: context.weightOutput(node),
        scratch: scratchOf(context, node, sizes.channels, 4),
        runningMean: context.value(mean),
        runningVariance: context.value(variance),
        ...sizes,
        settings: settingsOf(context, node.attributes),
      },
    };
  },

  batchNorm: (context, node) => {
    const [input, statistics, ...affine] = node.inputs as readonly [NodeId, NodeId, ...NodeId[]];
    const sizes = sizesOf(node);
    return {
      kernel: "batchNorm",
      arguments: {
        input: context.value(input),
        statistics: context.value(statistics),
        ...affineOf(context, affine),
        scratch: scratchOf(context, node, sizes.channels, 2),
        output: context.batchOutput(node),
        ...sizes,
        activation: choiceOf("batchNorm", "activation", node.attributes.activation),
      },
    };
  },

  batchNormSums: (context, node) => {
    const [input, statistics, gradient, ...affine] = node.inputs as readonly [
      NodeId,
      NodeId,
      NodeId,
      ...NodeId[],
    ];
    const sizes = sizesOf(context.nodes[input]!);
    const gradientOf = (name: string, weight: NodeId | undefined) =>
      weight === undefined ? noBuffer : context.beside(node, name, context.nodes[weight]);
    return {
      kernel: "batchNormSums",
      arguments: {
        input: context.value(input),
        statistics: context.value(statistics),
        outputGradient: context.value(gradient),
        ...affineOf(context, affine),
        sums: context.weightOutput(node),
        scaleGradient: gradientOf("scale", affine[0]),
        shiftGradient: gradientOf("shift", affine[1]),
        scratch: scratchOf(context, node, sizes.channels, 6),
        ...sizes,
        activation: choiceOf("batchNormSums", "activation", node.attributes.activation),
      },
    };
  },

  batchNormGradient: (context, node) => {
    const [input, statistics, gradient, sums, ...affine] = node.inputs as readonly [
      NodeId,
      NodeId,
      NodeId,
      NodeId,
      ...NodeId[],
    ];
    const sizes = sizesOf(node);
    return {
      kernel: "batchNormGradient",
      arguments: {
        input: context.value(input),
        statistics: context.value(statistics),
        outputGradient: context.value(gradient),
        ...affineOf(context, affine),
        sums: context.value(sums),
        inputGradient: context.batchOutput(node),
        scratch: scratchOf(context, node, sizes.channels, 4),
        ...sizes,
        activation: choiceOf("batchNormGradient", "activation", node.attributes.activation),
      },
    };
  },

  batchNormFactors: (context, node) => {
    const [mean, variance, ...affine] = node.inputs as readonly [NodeId, NodeId, ...NodeId[]];
    return {
      kernel: "batchNormFactors",
      arguments: {
        mean: context.value(mean),
        variance: context.value(variance),
        ...affineOf(context, affine),
        factors: context.weightOutput(node),
        channels: node.layout.stride,
        settings: settingsOf(context, node.attributes),
      },
    };
  },

  scaleShift: (context, node): KernelCall => ({
    kernel: "scaleShift",
    arguments: {
      input: context.value(node.inputs[0]!),
      factors: context.value(node.inputs[1]!),
      output: context.batchOutput(node),
      ...sizesOf(node),
      activation: choiceOf("scaleShift", "activation", node.attributes.activation),
    },
  }),

  scaledWeight: (context, node) => {
    const [weight, factors, bias] = node.inputs as readonly [NodeId, NodeId, NodeId | undefined];
    const shape = node.shape.slice(-1);
    const columns = padFeatures(shape[0]!);
    return {
      kernel: "scaleColumns",
      arguments: {
        weight: context.value(weight),
        factors: context.value(factors),
        bias: bias === undefined ? noBuffer : context.value(bias),
        scaled: context.weightOutput(node),
        shift: context.beside(node, "bias", { shape, layout: paddedRows(shape) }),
        rows: floatsOf(node) / columns,
        columns,
      },
    };
  },

  beside: (context, node) => {
    const source = context.nodes[node.inputs[0]!]!;
    context.draft.alias(node.id, context.beside(source, node.attributes.name, node));
    return undefined;
  },
};

export const batchNormGradients: GradientRules<"batchNorm"> = {
  batchNorm: (builder, { inputs }, gradient) => {
    const [x, statistics, ...affine] = inputs as readonly [NodeId, NodeId, ...NodeId[]];
    const attributes = { activation: "none" } as const;
    const sums = builder.addLike("batchNormSums", [x, statistics, gradient!, ...affine], {
      attributes,
      like: statistics,
    });
    const beside = (name: string, weight: NodeId) =>
      builder.addLike("beside", [sums], { attributes: { name }, like: weight });
    return [
      builder.addLike("batchNormGradient", [x, statistics, gradient!, sums, ...affine], {
        attributes,
        like: x,
      }),
      null,
      ...affine.map((weight, index) => beside(index === 0 ? "scale" : "shift", weight)),
    ];
  },
};
