import { named, type LintRule } from "./rule.ts";

/** One logit for each class. */
export const outputWidth: LintRule = ({ layers, data: { classes } }) => {
  const last = layers.at(-1);
  if (last === undefined || last.outputShape.join() === String(classes)) return [];
  const received = `[${["batch", ...last.outputShape].join(", ")}]`;
  return [
    {
      severity: last.outputShape.length === 1 && last.outputShape[0]! > classes ? "warning" : "error",
      layer: last.layer.name,
      message: `${named(last.layer)}: the model's output must be [batch, ${classes}], a logit for each class of the data, got ${received}.`,
      hint: `End the model with a dense layer of ${classes} units.`,
    },
  ];
};
