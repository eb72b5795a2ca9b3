import { named, valuesOf, type LintRule } from "./rule.ts";

/** Batch normalisation compares examples with each other; there have to be others. */
export const batchNormOfOne: LintRule = (context) => {
  const sizes = valuesOf(context, "batchSize");
  if (!sizes.includes(1)) return [];
  return context.layers
    .filter(({ layer }) => layer.type === "batchNorm")
    .map(({ layer, outputShape }) => {
      const pixels = outputShape.slice(0, -1).reduce((product, size) => product * size, 1);
      const isHopeless = pixels === 1;
      const statistics = isHopeless
        ? "a batch of one example has one value for each channel, which less its mean is always 0: nothing gets through"
        : `with a batch of one example its statistics are those of a single image of ${pixels} pixels, which is instance normalisation and unlike the running averages of evaluation`;
      return {
        // Where a search tries other sizes too, some of its trials can learn.
        severity: isHopeless && sizes.length === 1 ? ("error" as const) : ("warning" as const),
        layer: layer.name,
        message: `${named(layer)}: ${statistics}.`,
        hint: "Make `training.batchSize` 8 or more, or take layerNorm or groupNorm, which look at one example.",
      };
    });
};
