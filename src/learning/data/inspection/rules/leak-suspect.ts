import { round, type DataRule } from "./rule.ts";

export const leakSuspect: DataRule = ({ leakSuspects, columns, task }) =>
  leakSuspects.map(({ column, agreement }) => ({
    severity: "warning",
    message: `Column \`${columns![column]!.name}\` gives the target by itself, with ${task.kind === "classification" ? "an accuracy" : "an R squared"} of ${round(agreement)}.`,
    hint: "Is it known before the target is? If not, leave it out by `ignore`.",
  }));
