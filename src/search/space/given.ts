import { suggestName } from "../../base/index.ts";
import { invalidSpace } from "./invalid-space.ts";
import { contains, describeDistribution } from "./registry.ts";
import type { Configuration, SearchSpace } from "./search-space.ts";

/**
 * Checks values that a person gives to some of a space's parameters.
 *
 * @throws INVALID_SPACE for an unknown parameter, with the nearest, and for a value outside its distribution
 */
export function checkGiven({ parameters }: SearchSpace, given: Configuration): void {
  const names = parameters.map(({ name }) => name);
  for (const [name, value] of Object.entries(given)) {
    const parameter = parameters.find((one) => one.name === name);
    if (parameter === undefined) {
      throw invalidSpace(`configuration: unknown parameter \`${name}\`; ${suggestName(name, names)}`, {
        facts: { parameter: name },
      });
    }
    if (contains(parameter.distribution, value)) continue;
    const expected = describeDistribution(parameter.distribution, (one) => JSON.stringify(one));
    throw invalidSpace(
      `configuration: \`${name}\` must be one of its values, ${expected}, got ${JSON.stringify(value)}.`,
      { hint: "Give another value, or extend the space.", facts: { parameter: name } },
    );
  }
}
