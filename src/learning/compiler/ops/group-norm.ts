import { elementsOf, noBuffer, padFeatures } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphBuilder, GraphNode, NodeId } from "../graph.ts";
import { addWeight, type LayerLowerings, type LayerToLower } from "../layer-lowering.ts";
import { choiceOf, rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";
import type { NormGroups } from "../op-attributes.ts";
import { withPaddedRows } from "./copy.ts";

type NormLayer = LayerToLower<"layerNorm"> | LayerToLower<"groupNorm">;

function addGroupNorm(
  builder: GraphBuilder,
  { layer: { name, epsilon }, weights }: NormLayer,
  { input, of }: { input: NodeId; of: NormGroups },
): NodeId {
  const x = withPaddedRows(builder, input);
  const affine = weights.map((weight) => addWeight(builder, weight));
  const statistics = builder.add("groupStatistics", [x], {
    attributes: { layer: name, epsilon, of },
    shape: [2 * of.instances * of.groups],
  });
  return builder.addLike("groupNorm", [x, statistics, ...affine], {
    attributes: { of, activation: "none" },
    like: x,
  });
}

const pixelsOf = (builder: GraphBuilder, input: NodeId) => elementsOf(builder.node(input).shape.slice(0, -1));

export const groupNormLayers: LayerLowerings<"layerNorm" | "groupNorm"> = {
  layerNorm: (builder, layer, [input]) => {
    const pixels = pixelsOf(builder, input);
    const of =
      layer.layer.over === "last"
        ? { instances: pixels, pixels: 1, groups: 1, isPerElement: false }
        : { instances: 1, pixels, groups: 1, isPerElement: true };
    return addGroupNorm(builder, layer, { input, of });
  },

  groupNorm: (builder, layer, [input]) => {
    const of = {
      instances: 1,
      pixels: pixelsOf(builder, input),
      groups: layer.layer.groups,
      isPerElement: false,
    };
    return addGroupNorm(builder, layer, { input, of });
  },
};

/** @param value of a batch, whose channels are normalised */
const sizesOf = (value: GraphNode, { instances, pixels, groups }: NormGroups) => ({
  instances,
  pixels,
  channels: value.shape.at(-1)!,
  stride: value.layout.stride,
  groups,
  statisticsRow: padFeatures(2 * instances * groups),
});

function affineOf(context: LoweringContext, value: GraphNode, affine: readonly NodeId[], of: NormGroups) {
  const [scale, shift] = affine;
  return {
    buffers: {
      scale: scale === undefined ? noBuffer : context.value(scale),
      shift: shift === undefined ? noBuffer : context.value(shift),
    },
    sizes: {
      affineFloats: of.isPerElement ? rowFloats(value) : value.layout.stride,
      affine: choiceOf("groupNorm", "affine", of.isPerElement ? "perElement" : "perChannel"),
    },
  };
}

const scratchOf = (context: LoweringContext, node: GraphNode, floats: number) =>
  context.draft.scratch(`scratch of node ${node.id}`, floats);

export const groupNormLowerings: LoweringRules<"groupStatistics" | "groupNorm" | "groupNormGradient"> = {
  groupStatistics: (context, node) => {
    const input = context.nodes[node.inputs[0]!]!;
    const { layer, epsilon, of } = node.attributes;
    return {
      kernel: "groupStatistics",
      arguments: {
        input: context.value(input.id),
        statistics: context.batchOutput(node),
        scratch: scratchOf(context, node, 4 * input.layout.stride),
        ...sizesOf(input, of),
        epsilon: context.draft.settings(layer, { epsilon }),
      },
    };
  },

  groupNorm: (context, node) => {
    const [input, statistics, ...affine] = node.inputs as readonly [NodeId, NodeId, ...NodeId[]];
    const { of, activation } = node.attributes;
    const { buffers, sizes } = affineOf(context, node, affine, of);
    return {
      kernel: "groupNorm",
      arguments: {
        input: context.value(input),
        statistics: context.value(statistics),
        ...buffers,
        scratch: scratchOf(context, node, 3 * node.layout.stride),
        output: context.batchOutput(node),
        ...sizesOf(node, of),
        ...sizes,
        activation: choiceOf("groupNorm", "activation", activation),
      },
    };
  },

  groupNormGradient: (context, node) => {
    const [input, statistics, gradient, ...affine] = node.inputs as readonly [
      NodeId,
      NodeId,
      NodeId,
      ...NodeId[],
    ];
    const { of, activation } = node.attributes;
    const { buffers, sizes } = affineOf(context, node, affine, of);
    const gradientOf = (name: string, weight: NodeId | undefined) =>
      weight === undefined ? noBuffer : context.beside(node, name, context.nodes[weight]);
    return {
      kernel: "groupNormGradient",
      arguments: {
        input: context.value(input),
        statistics: context.value(statistics),
        outputGradient: context.value(gradient),
        ...buffers,
        inputGradient: context.batchOutput(node),
        scaleGradient: gradientOf("scale", affine[0]),
        shiftGradient: gradientOf("shift", affine[1]),
        scratch: scratchOf(context, node, 9 * node.layout.stride),
        ...sizesOf(node, of),
        ...sizes,
        activation: choiceOf("groupNormGradient", "activation", activation),
      },
    };
  },
};

export const groupNormGradients: GradientRules<"groupNorm"> = {
  groupNorm: (builder, { inputs, attributes }, gradient) => {
    const [x, statistics, ...affine] = inputs as readonly [NodeId, NodeId, ...NodeId[]];
    const node = builder.addLike("groupNormGradient", [x, statistics, gradient!, ...affine], {
      attributes,
      like: x,
    });
    const beside = (name: string, weight: NodeId) =>
      builder.addLike("beside", [node], { attributes: { name }, like: weight });
    return [node, null, ...affine.map((weight, index) => beside(index === 0 ? "scale" : "shift", weight))];
  },
};
