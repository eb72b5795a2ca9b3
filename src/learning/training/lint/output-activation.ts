import { named, type LintRule } from "./rule.ts";

/** Logits are any numbers, and so are most values to predict. An activation behind the last weights takes some of them away. */
export const outputActivation: LintRule = ({ layers, data: { task } }) => {
  const last = layers.at(-1)?.layer;
  if (last?.type !== "activation" || last.activation === "identity") return [];
  const outputs = task === "classification" ? "logits" : "predictions";
  const consequence =
    last.activation === "relu"
      ? "cannot be negative, and an output that is 0 everywhere gets no gradient"
      : `are confined to what ${last.activation} gives, which keeps the loss from its minimum`;
  return [
    {
      severity: "warning",
      layer: last.name,
      message: `${named(last)}: the model ends with an activation, so its ${outputs} ${consequence}.`,
      hint: `Leave \`${last.name}\` out, or put a dense layer behind it.`,
    },
  ];
};
