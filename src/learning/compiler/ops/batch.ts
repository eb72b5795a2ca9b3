import { augmentScratchFloats, elementsOf, type BufferId, type KernelCall } from "../../plan/index.ts";
import type { GraphNode } from "../graph.ts";
import { choiceOf, rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";
import type { Augmentation } from "../op-attributes.ts";
import { augmentationSettings, inputScalingName, inputScalingOf } from "./gather-settings.ts";
import { mixesOf } from "./mix.ts";

export const batchLowerings: LoweringRules<"features" | "labels" | "targets"> = {
  features: (context, node) => {
    const { source, scaling, augmentation } = node.attributes;
    const stride = rowFloats(node);
    const output = context.batchOutput(node);
    if (augmentation !== undefined) return gatherAugmented(context, node, { augmentation, output });
    const common = { output, features: elementsOf(node.shape), stride };
    if (scaling === "uniform") {
      return {
        kernel: source === "bytes" ? "gatherBytes" : "gatherFloats",
        arguments: { ...common, scaling: context.draft.slot("inputScale") },
      };
    }
    return {
      kernel: source === "bytes" ? "gatherScaledBytes" : "gatherScaledFloats",
      arguments: { ...common, scaling: context.draft.state(inputScalingName, 2 * stride) },
    };
  },

  labels: (context, node) => ({
    kernel: "gatherLabels",
    arguments: { output: context.batchOutput(node) },
  }),

  targets: (context, node) => ({
    kernel: "gatherTargets",
    arguments: {
      ...mixesOf(context, node),
      output: context.batchOutput(node),
      outputs: elementsOf(node.shape),
      stride: rowFloats(node),
    },
  }),
};

function gatherAugmented(
  { draft }: LoweringContext,
  node: GraphNode<"features">,
  { augmentation, output }: { augmentation: Augmentation; output: BufferId },
): KernelCall {
  const [height, width, channels] = node.shape as readonly [number, number, number];
  return {
    kernel: "gatherAugmented",
    arguments: {
      output,
      scratch: draft.scratch("augmented image", augmentScratchFloats({ height, width, channels })),
      height,
      width,
      channels,
      stride: rowFloats(node),
      source: choiceOf("gatherAugmented", "source", node.attributes.source),
      ...augmentationSettings(draft, augmentation),
      ...inputScalingOf(draft, node),
    },
  };
}
