import { named, readersOf, type LintRule } from "./rule.ts";

/** Batch normalisation subtracts the mean, and every constant with it. */
export const biasBeforeBatchNorm: LintRule = ({ layers }) =>
  layers
    .filter(({ layer }) => (layer.type === "dense" || layer.type === "convolution") && layer.bias)
    .flatMap(({ layer }) => {
      const readers = readersOf(layers, layer.name);
      if (readers.length === 0 || !readers.every((reader) => reader.layer.type === "batchNorm")) return [];
      const norm = readers[0]!.layer;
      return [
        {
          severity: "warning" as const,
          layer: layer.name,
          message: `${named(layer)}: \`${norm.name}\` subtracts the mean, so the bias has no effect and no gradient; the shift of \`${norm.name}\` takes its place.`,
          hint: `Set \`bias: false\` on \`${layer.name}\`.`,
        },
      ];
    });
