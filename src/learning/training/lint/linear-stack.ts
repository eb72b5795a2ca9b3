import { named, type LintRule } from "./rule.ts";

/** A product of two matrices is a matrix. */
export const linearStack: LintRule = ({ layers }) =>
  layers.flatMap(({ layer, inputs }) => {
    const before = layers.find((one) => one.layer.name === inputs[0])?.layer;
    if (layer.type !== "dense" || before?.type !== "dense") return [];
    return [
      {
        severity: "warning" as const,
        layer: layer.name,
        message: `${named(layer)}: it reads \`${before.name}\`, a dense layer too, with no activation between them, so both together can do no more than one.`,
        hint: `Put an activation between \`${before.name}\` and \`${layer.name}\`, or leave one of them out.`,
      },
    ];
  });
