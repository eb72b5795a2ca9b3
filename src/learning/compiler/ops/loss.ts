import { noBuffer, type BufferId, type KernelCall } from "../../plan/index.ts";
import type { GradientRules } from "../gradient-rule.ts";
import type { NodeId } from "../graph.ts";
import { rowFloats, type LoweringContext, type LoweringRules } from "../lowering.ts";

export const lossLowerings: LoweringRules<"softmaxCrossEntropy" | "softmaxCrossEntropyGradient"> = {
  softmaxCrossEntropy: (context, { inputs }) =>
    crossEntropyCall(context, inputs, { gradient: noBuffer, totals: context.draft.slot("loss") }),

  // The kernel adds up the loss in any case: where another node does that already, these totals are not read.
  softmaxCrossEntropyGradient: (context, node) =>
    crossEntropyCall(context, node.inputs, {
      gradient: context.batchOutput(node),
      totals: node.attributes.addsTotals ? context.draft.slot("loss") : context.draft.spareSlots(2),
    }),
};

export const lossGradients: GradientRules<"softmaxCrossEntropy"> = {
  // The loss is where differentiation starts: it has no gradient from above.
  softmaxCrossEntropy: (builder, { inputs }) => [
    builder.addLike("softmaxCrossEntropyGradient", inputs, {
      attributes: { addsTotals: false },
      like: inputs[0]!,
    }),
    null,
  ],
};

function crossEntropyCall(
  context: LoweringContext,
  inputs: readonly NodeId[],
  { gradient, totals }: { gradient: BufferId; totals: number },
): KernelCall {
  const [logits, labels] = inputs as readonly [NodeId, NodeId];
  const node = context.nodes[logits]!;
  return {
    kernel: "softmaxCrossEntropy",
    arguments: {
      logits: context.value(logits),
      labels: context.value(labels),
      gradient,
      classes: node.shape.at(-1)!,
      stride: rowFloats(node),
      totals,
    },
  };
}
