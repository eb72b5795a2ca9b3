import { namesText, type DataRule } from "./rule.ts";

/** Fewer examples of a class are learned by heart. */
const fewExamples = 10;

export const smallClasses: DataRule = ({ classes }) => {
  const small = (classes ?? [])
    .filter(({ train }) => train > 0 && train < fewExamples)
    .map(({ name }) => name);
  if (small.length === 0) return [];
  return [
    {
      severity: "warning",
      message: `Fewer than ${fewExamples} training examples of ${namesText(small)}.`,
      hint: "Bring more of them, or join classes: what so few have in common is mostly chance.",
    },
  ];
};
