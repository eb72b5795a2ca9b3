import { canonicalJson, type Json } from "../../base/index.ts";
import { invalidSpace } from "./invalid-space.ts";
import { holds, parseCondition } from "./condition.ts";
import { isKept, parseConstraint, type Constraint } from "./constraint.ts";
import { parseDerived, type DerivedValue } from "./derived.ts";
import type { SearchParameter } from "./parameter.ts";
import { contains, fromUnit, parseDistribution, toUnit } from "./registry.ts";

/**
 * What is searched: parameters in the order in which they were declared. A plain JSON record: `createSpace` and
 * `parseSpace` check it, and what they return can be stored as it is.
 */
export interface SearchSpace {
  readonly parameters: readonly SearchParameter[];
  /** What every configuration keeps; nothing when absent. */
  readonly constraints?: readonly Constraint[];
  /** Values of the document that follow from the parameters, set after them in this order; none when absent. */
  readonly derived?: readonly DerivedValue[];
}

/** An assignment of every active parameter, by name. */
export interface Configuration {
  readonly [path: string]: Json;
}

/** A parameter whose distribution and condition are still records. */
export interface ParameterRecord {
  readonly name: string;
  readonly distribution: unknown;
  readonly when?: unknown;
}

/** Rules beside the parameters, still as records. */
export interface SpaceRules {
  readonly constraints?: readonly unknown[];
  readonly derived?: readonly unknown[];
}

/**
 * @param parameters their distributions as records; defaults may be left out.
 * @throws INVALID_SPACE for no parameter, a name that is no dotted path, a name twice, distributions,
 *   conditions and constraints that break their rules.
 */
export function createSpace(
  parameters: readonly ParameterRecord[],
  { constraints = [], derived = [] }: SpaceRules = {},
): SearchSpace {
  if (parameters.length === 0) {
    throw invalidSpace("search space: at least one parameter is needed, got none.", {
      hint: "Declare a parameter, for example training.learningRate with its values.",
    });
  }
  const declared: SearchParameter[] = [];
  const names = parameters.map(({ name }) => name);
  for (const { name, distribution, when } of parameters) {
    checkName(name, declared);
    const where = `parameter \`${name}\``;
    const later = names.slice(declared.length);
    const condition =
      when === undefined
        ? {}
        : { when: parseCondition(when, { declared, later, where: `${where}: \`when\`` }) };
    declared.push({ name, distribution: parseDistribution(distribution, where), ...condition });
  }
  const parsed = derived.map(parseDerived);
  const twice = parsed.find(({ name }, index) =>
    [...names, ...parsed.slice(0, index).map((one) => one.name)].includes(name),
  );
  if (twice !== undefined) {
    throw invalidSpace(`derived value \`${twice.name}\`: the path must be set once, got it twice.`, {
      hint: "Search it or derive it.",
    });
  }
  return {
    parameters: declared,
    ...(constraints.length === 0
      ? {}
      : { constraints: constraints.map((one) => parseConstraint(one, declared)) }),
    ...(parsed.length === 0 ? {} : { derived: parsed }),
  };
}

function checkName(name: string, earlier: readonly SearchParameter[]): void {
  if (typeof name !== "string" || name.split(".").includes("")) {
    throw invalidSpace(
      `search space: a parameter's name must be a dotted path, got ${JSON.stringify(name)}.`,
    );
  }
  if (earlier.some((other) => other.name === name))
    throw invalidSpace(`search space: parameter \`${name}\` must be declared once, got it twice.`);
}

/** The space from its plain record, as `serialiseSpace` gave it. @throws INVALID_SPACE */
export function parseSpace(record: unknown): SearchSpace {
  const { parameters, constraints = [], derived = [] } = (record ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(parameters) || !Array.isArray(constraints) || !Array.isArray(derived)) {
    throw invalidSpace(
      `search space: the record must hold a list \`parameters\` and may hold lists \`constraints\` and \`derived\`, got ${JSON.stringify(record)}.`,
    );
  }
  return createSpace(parameters as readonly ParameterRecord[], { constraints, derived });
}

/** The plain JSON record of a space. */
export function serialiseSpace(space: SearchSpace): Json {
  return JSON.parse(JSON.stringify(space)) as Json;
}

/** Whether a parameter counts, given the earlier ones that do. */
function isActive({ when }: SearchParameter, earlier: Configuration): boolean {
  return when === undefined || holds(when, earlier);
}

/**
 * Chooses a value for each parameter that turns out to be active, in the order of the space.
 *
 * @param choose is asked for active parameters only.
 */
export function chooseConfiguration(
  { parameters }: SearchSpace,
  choose: (parameter: SearchParameter) => Json,
): Configuration {
  const chosen: Record<string, Json> = {};
  for (const parameter of parameters) {
    if (isActive(parameter, chosen)) chosen[parameter.name] = choose(parameter);
  }
  return chosen;
}

/** The constraints that the configuration breaks; an empty list for a feasible one. */
export function brokenConstraints(
  { constraints = [] }: SearchSpace,
  configuration: Configuration,
): readonly Constraint[] {
  return constraints.filter((constraint) => !isKept(constraint, configuration));
}

/** True when the configuration assigns exactly the active parameters, each a value of its distribution, and keeps all constraints. */
export function containsConfiguration(space: SearchSpace, configuration: Configuration): boolean {
  const active = space.parameters.filter((parameter) => isActive(parameter, configuration));
  return (
    Object.keys(configuration).length === active.length &&
    active.every(
      ({ name, distribution }) =>
        Object.hasOwn(configuration, name) && contains(distribution, configuration[name]!),
    ) &&
    brokenConstraints(space, configuration).length === 0
  );
}

/** [parameters], each in [0, 1], or null where the parameter is not active. */
export type UnitPoint = readonly (number | null)[];

/** The point of the unit cube that a configuration of the space stands at; `decodePoint` gives it back. */
export function encodeConfiguration({ parameters }: SearchSpace, configuration: Configuration): UnitPoint {
  return parameters.map(({ name, distribution }) =>
    Object.hasOwn(configuration, name) ? toUnit(distribution, configuration[name]!) : null,
  );
}

/** The configuration at a point; coordinates of parameters that turn out not to be active are not read. */
export function decodePoint(space: SearchSpace, point: UnitPoint): Configuration {
  const indices = new Map(space.parameters.map((parameter, index) => [parameter, index]));
  return chooseConfiguration(space, (parameter) =>
    fromUnit(parameter.distribution, point[indices.get(parameter)!] ?? 0.5),
  );
}

/** One text per configuration, whatever the order of its keys: equal configurations have equal texts. */
export function configurationKey(configuration: Configuration): string {
  return canonicalJson(configuration);
}
