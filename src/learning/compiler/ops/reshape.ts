import type { GradientRules } from "../gradient-rule.ts";
import type { LayerLowerings } from "../layer-lowering.ts";
import type { LoweringRules } from "../lowering.ts";

export const reshapeLayers: LayerLowerings<"flatten" | "reshape"> = {
  flatten: (builder, { outputShape }, [input]) => {
    const { layout, shape } = builder.node(input);
    if (shape.length === 1) return input;
    return builder.add("reshape", [input], { attributes: {}, shape: outputShape, layout });
  },

  reshape: (builder, { outputShape }, [input]) =>
    builder.add("reshape", [input], {
      attributes: {},
      shape: outputShape,
      layout: builder.node(input).layout,
    }),
};

export const reshapeLowerings: LoweringRules<"reshape"> = {
  reshape: (context, { id, inputs }) => {
    context.draft.alias(id, context.value(inputs[0]!));
    return undefined;
  },
};

export const reshapeGradients: GradientRules<"reshape"> = {
  reshape: (builder, { inputs }, gradient) => [
    builder.addLike("reshape", [gradient!], { attributes: {}, like: inputs[0]! }),
  ],
};
