import type { LintRule } from "./rule.ts";

/** In deviations: what a training split of a few hundred examples may differ from the whole data set. */
const tolerance = 0.05;

/** Published constants are those of one data set: MNIST's 0.1307 and 0.3081 put another one off centre. */
export const presetConstants: LintRule = ({ document, data: { values } }) => {
  const measured = values?.measured;
  if (measured === undefined) return [];
  return (["mean", "deviation"] as const).flatMap((name) => {
    const given = [document.data.preprocessing[name] ?? []].flat();
    const own = given.length > 1 ? measured.channels : [measured.all];
    const isOff = given.some(
      (value, index) => Math.abs(value - own[index]![name]) > tolerance * own[index]!.deviation,
    );
    if (!isOff) return [];
    return [
      {
        severity: "warning",
        message: `data.preprocessing: the given \`${name}\` is ${list(given)}, that of the training examples ${list(own.map((statistics) => statistics[name]))}.`,
        hint: `Leave \`${name}\` out and it is measured, unless weights are to be used that were trained with it.`,
      },
    ];
  });
};

const list = (values: readonly number[]) =>
  values.map((value) => String(Number(value.toPrecision(4)))).join(", ");
