import type { LintRule } from "./rule.ts";

/** Initial weights are made for inputs about 0 with a spread of about 1; this far off, the first steps go wrong. */
const farthestMean = 10;
const widestSpread = 10;
const narrowestSpread = 1e-2;

/** @see LeCun, Bottou, Orr, Müller 1998, "Efficient BackProp", section 4.3 */
export const inputsNotNormalized: LintRule = ({ layers, data: { values } }) => {
  if (values === undefined || /norm/i.test(layers[0]?.layer.type ?? "")) return [];
  const { mean, standardDeviation: spread } = values;
  const isFar = Math.abs(mean) > farthestMean || spread > widestSpread || spread < narrowestSpread;
  if (!isFar) return [];
  return [
    {
      severity: "warning",
      message: `data: inputs have a mean of ${Number(mean.toPrecision(3))} and a standard deviation of ${Number(spread.toPrecision(3))}; initial weights and learning rates are made for inputs about 0 with a spread of about 1.`,
      hint: "Set `data.preprocessing.scaling` to `standardize`, or begin the model with a batchNorm.",
    },
  ];
};
