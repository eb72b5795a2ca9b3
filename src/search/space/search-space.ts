import { canonicalJson, type Json } from "../../base/index.ts";
import { invalidSpace } from "./invalid-space.ts";
import { contains, parseDistribution, type Distribution } from "./registry.ts";

/** A searched quantity; `name` is the dotted path in the trial's document which it sets. */
export interface SearchParameter {
  readonly name: string;
  readonly distribution: Distribution;
}

/**
 * What is searched: parameters in the order in which they were declared. A plain JSON record: `createSpace` and
 * `parseSpace` check it, and what they return can be stored as it is.
 */
export interface SearchSpace {
  readonly parameters: readonly SearchParameter[];
}

/** An assignment of every parameter, by name. */
export interface Configuration {
  readonly [path: string]: Json;
}

/**
 * @param parameters their distributions as records; defaults may be left out.
 * @throws INVALID_SPACE for no parameter, a name that is no dotted path, names that set the same place, and
 * distributions that break their rules.
 */
export function createSpace(
  parameters: readonly { readonly name: string; readonly distribution: unknown }[],
): SearchSpace {
  if (parameters.length === 0) {
    throw invalidSpace("search space: at least one parameter is needed, got none.", {
      hint: "Declare a parameter, for example training.learningRate with its values.",
    });
  }
  const names: string[] = [];
  const checked = parameters.map(({ name, distribution }) => {
    checkName(name, names);
    names.push(name);
    return { name, distribution: parseDistribution(distribution, `parameter \`${name}\``) };
  });
  return { parameters: checked };
}

function checkName(name: string, earlier: readonly string[]): void {
  if (typeof name !== "string" || name.split(".").includes("")) {
    throw invalidSpace(
      `search space: a parameter's name must be a dotted path, got ${JSON.stringify(name)}.`,
    );
  }
  for (const other of earlier) {
    if (other === name)
      throw invalidSpace(`search space: parameter \`${name}\` must be declared once, got it twice.`);
    if (other.startsWith(`${name}.`) || name.startsWith(`${other}.`)) {
      throw invalidSpace(
        `search space: parameters \`${other}\` and \`${name}\` set the same place of the document.`,
        {
          hint: "Search either the whole or its parts.",
        },
      );
    }
  }
}

/** The space from its plain record, as `serialiseSpace` gave it. @throws INVALID_SPACE */
export function parseSpace(record: unknown): SearchSpace {
  const parameters = (record as { parameters?: unknown } | null | undefined)?.parameters;
  if (!Array.isArray(parameters)) {
    throw invalidSpace(
      `search space: the record must hold a list \`parameters\`, got ${JSON.stringify(record)}.`,
    );
  }
  return createSpace(parameters as readonly { name: string; distribution: unknown }[]);
}

/** The plain JSON record of a space. */
export function serialiseSpace(space: SearchSpace): Json {
  return JSON.parse(JSON.stringify(space)) as Json;
}

/** True when the configuration assigns exactly the space's parameters, each a value of its distribution. */
export function containsConfiguration(space: SearchSpace, configuration: Configuration): boolean {
  const names = Object.keys(configuration);
  return (
    names.length === space.parameters.length &&
    space.parameters.every(
      ({ name, distribution }) =>
        Object.hasOwn(configuration, name) && contains(distribution, configuration[name]!),
    )
  );
}

/** One text per configuration, whatever the order of its keys: equal configurations have equal texts. */
export function configurationKey(configuration: Configuration): string {
  return canonicalJson(configuration);
}
