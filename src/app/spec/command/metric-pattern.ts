/**
 * Patterns that find a metric's values in what a program prints.
 *
 * A pattern is a regular expression. Its group `value`, or else its only group, is the number; a group `step`, where there is
 * one, is the step. How long matching may take is bounded where it is done, in the worker.
 */

/** Longer ones are programs. */
const longestPattern = 1000;

export interface MetricPattern {
  readonly expression: RegExp;
  /** Index or name of the group with the number. */
  readonly value: number | "value";
  readonly hasStep: boolean;
}

/** The pattern ready for use, or what is wrong with it. */
export function parseMetricPattern(text: string): MetricPattern | { readonly problem: string } {
  if (text.length > longestPattern) {
    return { problem: `expected a pattern of at most ${longestPattern} characters, got ${text.length}.` };
  }
  let expression: RegExp;
  try {
    expression = new RegExp(text);
  } catch (error) {
    const why = (error as Error).message.replace(/^Invalid regular expression: /, "");
    return { problem: `expected a regular expression, got one that is none: ${why}.` };
  }
  // What matches the empty text as well has all its groups, whatever they are.
  const match = new RegExp(`${text}|`).exec("")!;
  const names = Object.keys(match.groups ?? {});
  const stray = names.find((name) => name !== "value" && name !== "step");
  if (stray !== undefined) {
    return { problem: `expected the groups \`value\` and \`step\` only, got \`${stray}\`.` };
  }
  const hasStep = names.includes("step");
  const groups = match.length - 1 - (hasStep ? 1 : 0);
  if (names.includes("value")) return { expression, value: "value", hasStep };
  if (groups !== 1) {
    return {
      problem: `expected one group around the number, as in \`loss=(\\S+)\`, or one named \`value\`, got ${groups}.`,
    };
  }
  if (!hasStep) return { expression, value: 1, hasStep };
  return { problem: "expected the group of the number to be named `value` beside the one named `step`." };
}
