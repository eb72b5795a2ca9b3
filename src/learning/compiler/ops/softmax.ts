import type { GradientRules } from "../gradient-rule.ts";
import type { LayerLowerings } from "../layer-lowering.ts";
import type { LoweringRules } from "../lowering.ts";
import { rowsOf } from "./activation.ts";
import { withPaddedRows } from "./copy.ts";

export const softmaxLayers: LayerLowerings<"softmax"> = {
  softmax: (builder, _layer, [input]) => {
    const rows = withPaddedRows(builder, input);
    return builder.addLike("softmax", [rows], { attributes: {}, like: rows });
  },
};

export const softmaxLowerings: LoweringRules<"softmax" | "softmaxGradient"> = {
  softmax: (context, node) => ({
    kernel: "softmaxForward",
    arguments: {
      input: context.value(node.inputs[0]!),
      output: context.batchOutput(node),
      ...rowsOf(node),
    },
  }),

  softmaxGradient: (context, node) => ({
    kernel: "softmaxGradient",
    arguments: {
      output: context.value(node.inputs[0]!),
      outputGradient: context.value(node.inputs[1]!),
      inputGradient: context.batchOutput(node),
      ...rowsOf(node),
    },
  }),
};

export const softmaxGradients: GradientRules<"softmax"> = {
  softmax: (builder, { id }, gradient) => [
    builder.addLike("softmaxGradient", [id, gradient!], { attributes: {}, like: id }),
  ],
};
