import { elementsOf } from "../../plan/index.ts";
import { rowFloats, type LoweringRules } from "../lowering.ts";

export const batchLowerings: LoweringRules<"features" | "labels" | "targets"> = {
  features: (context, node) => ({
    kernel: node.attributes.source === "bytes" ? "gatherBytes" : "gatherFloats",
    arguments: {
      output: context.batchOutput(node),
      features: elementsOf(node.shape),
      stride: rowFloats(node),
      scaling: context.draft.slot("inputScale"),
    },
  }),

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
