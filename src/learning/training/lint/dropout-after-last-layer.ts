import { named, type LintRule } from "./rule.ts";

/** Dropout behind the last weights drops answers and not features. */
export const dropoutAfterLastLayer: LintRule = ({ layers }) => {
  const lastWeights = layers.findLastIndex(({ weights }) => weights.some(({ role }) => role === "weight"));
  return layers
    .slice(lastWeights + 1)
    .map(({ layer }) => layer)
    .filter(({ type }) => lastWeights >= 0 && type === "dropout")
    .map((layer) => ({
      severity: "warning" as const,
      layer: layer.name,
      message: `${named(layer)}: it follows the last layer with weights, so it sets logits to 0, among them that of the right class, and nothing is left to make up for it.`,
      hint: `Move \`${layer.name}\` in front of \`${layers[lastWeights]!.layer.name}\`, or leave it out.`,
    }));
};
