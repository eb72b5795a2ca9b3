/** Configurations that a person wants to be tried: whole, or parts that are completed by drawing the rest. */
import { RandomStream, type Json, type Seed } from "../../base/index.ts";
import {
  brokenConstraints,
  chooseConfiguration,
  constraintText,
  contains,
  describeDistribution,
  fromUnit,
  type Configuration,
  type SearchSpace,
} from "../../search/space/index.ts";
import { unknownName } from "./describe-issue.ts";
import type { DocumentRules } from "./document-rules.ts";
import { valueText, type SourcePath, type SpecProblem } from "./problems.ts";

/** A combination that one completion in a thousand allows is as good as ruled out. */
const mostCompletions = 1000;

interface InitialContext {
  readonly space: SearchSpace;
  readonly rules: Pick<DocumentRules, "rejection" | "stored">;
  readonly seed: Seed;
}

/** The configurations with their values as the document stores them, and what is wrong with them. */
export function checkInitial(
  written: readonly Configuration[],
  context: InitialContext,
): { readonly initial: readonly Configuration[]; readonly problems: readonly SpecProblem[] } {
  const checked = written.map((configuration, index) =>
    checkConfiguration(configuration, ["search", "initial", index], context),
  );
  return {
    initial: checked.map(({ configuration }) => configuration),
    problems: checked.flatMap(({ problems }) => problems),
  };
}

function checkConfiguration(
  written: Configuration,
  path: SourcePath,
  context: InitialContext,
): { readonly configuration: Configuration; readonly problems: readonly SpecProblem[] } {
  const configuration: Record<string, Json> = {};
  const problems: SpecProblem[] = [];
  for (const [name, value] of Object.entries(written)) {
    const checked = checkValue(name, value, context);
    if ("message" in checked) problems.push({ path, at: [...path, name], ...checked });
    else configuration[name] = checked.stored;
  }
  if (problems.length > 0) return { configuration, problems };
  const message = whyNever(configuration, context);
  if (message !== undefined) problems.push({ path, target: "key", message });
  return { configuration, problems };
}

function checkValue(
  name: string,
  value: Json,
  { space, rules }: InitialContext,
): { readonly stored: Json } | Pick<SpecProblem, "message" | "target"> {
  const parameter = space.parameters.find((one) => one.name === name);
  if (parameter === undefined) {
    const allowed = space.parameters.map((one) => one.name);
    return { target: "key", message: unknownName("unknown parameter", { name, allowed }) };
  }
  const refused = rules.rejection(name, value);
  if (refused !== undefined) return { target: "value", message: `\`${name}\`: ${refused}` };
  const stored = rules.stored(name, value);
  if (contains(parameter.distribution, stored)) return { stored };
  const allowed = describeDistribution(parameter.distribution, valueText);
  return {
    target: "value",
    message: `\`${name}\`: expected a value of ${allowed}, got ${valueText(value)}.`,
  };
}

/** Why no configuration of the space has these values together; undefined when one has. */
function whyNever(given: Configuration, { space, seed }: InitialContext): string | undefined {
  let why = "";
  for (let attempt = 0; attempt < mostCompletions; attempt++) {
    const completed = chooseConfiguration(space, ({ name, distribution }) =>
      Object.hasOwn(given, name)
        ? given[name]!
        : fromUnit(distribution, new RandomStream(seed, "check", name).uniform(attempt)),
    );
    const inactive = Object.keys(given).find((name) => !Object.hasOwn(completed, name));
    const [broken] = brokenConstraints(space, completed);
    if (inactive === undefined && broken === undefined) return undefined;
    why =
      inactive === undefined
        ? `they break the constraint \`${constraintText(broken!)}\``
        : `\`${inactive}\` is not active beside the others`;
  }
  return `no configuration has these values together: ${why}, got ${valueText(given)}.`;
}
