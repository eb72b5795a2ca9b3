import { named, type LintRule } from "./rule.ts";

/** One logit for each class, one value for each target. */
export const outputWidth: LintRule = ({ layers, loss, data: { outputs, task } }) => {
  const last = layers.at(-1);
  if (last === undefined || loss === "binary-cross-entropy" || last.outputShape.join() === String(outputs))
    return [];
  const what = task === "classification" ? "a logit for each class" : "a value for each target";
  const received = `[${["batch", ...last.outputShape].join(", ")}]`;
  return [
    {
      severity:
        last.outputShape.length === 1 && task === "classification" && last.outputShape[0]! > outputs
          ? "warning"
          : "error",
      layer: last.layer.name,
      message: `${named(last.layer)}: the model's output must be [batch, ${outputs}], ${what} of the data, got ${received}.`,
      hint: `End the model with a dense layer of ${outputs} units.`,
    },
  ];
};
