import { namesText, type DataRule } from "./rule.ts";

export const classesWithoutExamples: DataRule = ({ classes }) => {
  const absent = (classes ?? []).filter(({ train }) => train === 0).map(({ name }) => name);
  if (absent.length === 0) return [];
  return [
    {
      severity: "warning",
      message: `No training example of ${namesText(absent)}.`,
      hint: "Set `data.stratified: true`, or train on more examples.",
    },
  ];
};
