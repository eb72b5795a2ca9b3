import { named, type LintRule } from "./rule.ts";

/** Cross-entropy takes the softmax itself. Taken twice, even a perfect answer keeps most of its loss. */
export const softmaxBeforeLoss: LintRule = ({ layers, loss, data: { outputs: classes } }) => {
  const last = layers.at(-1)?.layer;
  if (last?.type !== "softmax" || loss !== "cross-entropy" || classes < 2) return [];
  // Logits from 0 to 1: at best 1 for the right class and 0 for the others; guessing makes all of them equal.
  const least = Math.log(1 + (classes - 1) / Math.E).toFixed(2);
  const guessing = Math.log(classes).toFixed(2);
  return [
    {
      severity: "warning",
      layer: last.name,
      message: `${named(last)}: cross-entropy takes a softmax itself, so with a second one the loss stays between ${least} and the ${guessing} of guessing among ${classes} classes, and gradients are small.`,
      hint: `Leave \`${last.name}\` out: cross-entropy wants logits.`,
    },
  ];
};
