import type { GradientRules } from "../gradient-rule.ts";
import type { LayerLowerings } from "../layer-lowering.ts";
import { rowFloats, type LoweringRules } from "../lowering.ts";
import { withPaddedRows } from "./copy.ts";

export const dropoutLayers: LayerLowerings<"dropout"> = {
  dropout: (builder, { layer: { name, rate, per }, phase }, [input]) => {
    // A mask of channels is repeated from pixel to pixel, so pixels have to lie apart; in both phases, since the next
    // layer's weight follows the layout.
    const isImage = builder.node(input).shape.length > 1;
    const value = per === "channel" && isImage ? withPaddedRows(builder, input) : input;
    if (phase === "evaluate") return value;
    const attributes = { layer: name, rate, per: isImage ? per : ("element" as const) };
    return builder.addLike("dropout", [value], { attributes, like: value });
  },
};

export const dropoutLowerings: LoweringRules<"dropout"> = {
  dropout: (context, node) => {
    const { layer, rate, per } = node.attributes;
    const stride = per === "channel" ? node.layout.stride : rowFloats(node);
    return {
      kernel: "dropout",
      arguments: {
        input: context.value(node.inputs[0]!),
        output: context.batchOutput(node),
        repeats: rowFloats(node) / stride,
        stride,
        rate: context.draft.settings(layer, { rate }),
        key: context.draft.randomKey("dropout", layer),
        step: context.draft.slot("step"),
      },
    };
  },
};

export const dropoutGradients: GradientRules<"dropout"> = {
  // The same function of the same step: the same mask.
  dropout: (builder, { id, attributes }, gradient) => [
    builder.addLike("dropout", [gradient!], { attributes, like: id }),
  ],
};
