import { elementsOf } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphBuilder, GraphNode, NodeId } from "../graph.ts";
import type { LayerLowerings } from "../layer-lowering.ts";
import type { LoweringRules } from "../lowering.ts";
import { withPaddedRows } from "./copy.ts";

export const concatenateLayers: LayerLowerings<"concatenate"> = {
  concatenate: (builder, _layer, inputs) =>
    inputs
      .map((input) => withPaddedRows(builder, input))
      .reduce((joined, other) => {
        const { shape } = builder.node(joined);
        const channels = shape.at(-1)! + builder.node(other).shape.at(-1)!;
        return builder.add("concatenate", [joined, other], {
          attributes: {},
          shape: [...shape.slice(0, -1), channels],
        });
      }),
};

/** Pixels of an example, or one for a row of features. */
const pixelsOf = ({ shape }: GraphNode) => elementsOf(shape.slice(0, -1));

export const concatenateLowerings: LoweringRules<"concatenate" | "slice"> = {
  concatenate: (context, node) => {
    const [a, b] = node.inputs.map((id) => context.nodes[id]!) as [GraphNode, GraphNode];
    return {
      kernel: "concatenate",
      arguments: {
        a: context.value(a.id),
        b: context.value(b.id),
        output: context.batchOutput(node),
        pixels: pixelsOf(node),
        aChannels: a.shape.at(-1)!,
        aStride: a.layout.stride,
        bChannels: b.shape.at(-1)!,
        bStride: b.layout.stride,
        stride: node.layout.stride,
      },
    };
  },

  slice: (context, node) => {
    const input = context.nodes[node.inputs[0]!]!;
    return {
      kernel: "sliceChannels",
      arguments: {
        input: context.value(input.id),
        output: context.batchOutput(node),
        pixels: pixelsOf(node),
        // Places, unlike dimensions, may be 0: the kernel is told where the slice ends.
        end: node.attributes.first + node.shape.at(-1)!,
        channels: node.shape.at(-1)!,
        inputStride: input.layout.stride,
        stride: node.layout.stride,
      },
    };
  },
};

export const concatenateGradients: GradientRules<"concatenate"> = {
  concatenate: (builder, { inputs }, gradient) => {
    const [a, b] = inputs as readonly [NodeId, NodeId];
    return [
      slice(builder, gradient!, { first: 0, like: a }),
      slice(builder, gradient!, { first: builder.node(a).shape.at(-1)!, like: b }),
    ];
  },
};

function slice(
  builder: GraphBuilder,
  gradient: NodeId,
  { first, like }: { first: number; like: NodeId },
): NodeId {
  return builder.addLike("slice", [gradient], { attributes: { first }, like });
}
