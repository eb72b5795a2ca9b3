import { paddedLast, type LoweringRules } from "../lowering.ts";

export const batchLowerings: LoweringRules<"features" | "labels"> = {
  features: (context, node) => ({
    kernel: node.attributes.source === "bytes" ? "gatherBytes" : "gatherFloats",
    arguments: {
      output: context.batchOutput(node),
      features: node.shape[0]!,
      stride: paddedLast(node.shape),
      scaling: context.draft.slot("inputScale"),
    },
  }),

  labels: (context, node) => ({
    kernel: "gatherLabels",
    arguments: { output: context.draft.temporary(`labels`, [context.chunkSize], node.id) },
  }),
};
