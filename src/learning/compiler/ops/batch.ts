import {
  augmentPrimitiveValues,
  augmentScratchFloats,
  elementsOf,
  noBuffer,
  type BufferId,
  type KernelCall,
} from "../../plan/index.ts";
import type { GraphNode } from "../graph.ts";
import { choiceOf, rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";
import type { Augmentation } from "../op-attributes.ts";

/** With a space, so that no layer can have settings of this name. */
const settingsName = "data augmentation";

/** The buffer [2, features padded] with the scale of each feature, then the shift of each. */
export const inputScalingName = "input scaling";

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
  const { primitives, fill } = augmentation;
  const [height, width, channels] = node.shape as readonly [number, number, number];
  const values = primitives.flatMap((primitive) => [...augmentPrimitiveValues(primitive)]);
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
      primitives: primitives.length,
      program: draft.settings(
        settingsName,
        Object.fromEntries(values.map((value, index) => [`program ${index}`, value])),
      ),
      fill: draft.settings(`${settingsName} fill`, {
        isEdge: fill === "edge" ? 1 : 0,
        value: fill === "edge" ? 0 : fill,
      }),
      key: draft.randomKey("augmentation"),
      epoch: draft.slot("epoch"),
      scaling: draft.slot("inputScale"),
      featureScaling:
        node.attributes.scaling === "uniform" ? noBuffer : draft.state(inputScalingName, 2 * rowFloats(node)),
    },
  };
}
