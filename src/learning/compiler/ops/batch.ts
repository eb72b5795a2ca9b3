import { elementsOf } from "../../plan/index.ts";
import { rowFloats, type LoweringRules } from "../lowering.ts";

/** The buffer [2, features padded] with the scale of each feature, then the shift of each. */
export const inputScalingName = "input scaling";

export const batchLowerings: LoweringRules<"features" | "labels" | "targets"> = {
  features: (context, node) => {
    const { source, scaling } = node.attributes;
    const stride = rowFloats(node);
    const common = { output: context.batchOutput(node), features: elementsOf(node.shape), stride };
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
