import { padFeatures } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { GraphNode } from "../graph.ts";
import type { LoweringRules } from "../lowering.ts";

/** @param weight without groups */
function sizesOf({ shape, layout }: GraphNode, groups: number) {
  const [height, width, channels, filters] = shape as [number, number, number, number];
  return {
    taps: height * width,
    channels,
    pixel: layout.stride,
    filters,
    out: padFeatures(filters),
    groups,
  };
}

export const groupLowerings: LoweringRules<"expandGroups" | "collapseGroups"> = {
  expandGroups: (context, node) => ({
    kernel: "expandGroups",
    arguments: {
      grouped: context.value(node.inputs[0]!),
      expanded: context.weightOutput(node),
      ...sizesOf(node, node.attributes.groups),
    },
  }),

  collapseGroups: (context, node) => ({
    kernel: "collapseGroups",
    arguments: {
      expanded: context.value(node.inputs[0]!),
      grouped: context.weightOutput(node),
      ...sizesOf(context.nodes[node.inputs[0]!]!, node.attributes.groups),
    },
  }),
};

export const groupGradients: GradientRules<"expandGroups"> = {
  expandGroups: (builder, { inputs, attributes }, gradient) => [
    builder.addLike("collapseGroups", [gradient!], { attributes, like: inputs[0]! }),
  ],
};
