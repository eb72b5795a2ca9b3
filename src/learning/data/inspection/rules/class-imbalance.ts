import { percent } from "../data-finding.ts";
import { round, type DataRule } from "./rule.ts";

const notedRatio = 3;
const warnedRatio = 10;

export const classImbalance: DataRule = ({ classes, balance }) => {
  if (classes === null || balance === null || balance.ratio < notedRatio) return [];
  const { ratio, effectiveClasses } = balance;
  const counts = classes.map(({ train }) => train);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return [
    {
      severity: ratio >= warnedRatio ? "warning" : "note",
      message: `The largest class has ${round(ratio)} times the examples of the smallest, which leaves ${round(effectiveClasses)} of ${counts.length} classes in effect: saying the largest every time is right in ${percent(Math.max(...counts) / total)}.`,
      hint: "Set `data.sampling: balanced` or `training.classWeights`, and `data.stratified: true`.",
    },
  ];
};
