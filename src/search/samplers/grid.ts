import { TunesmithError, type Json } from "../../base/index.ts";
import { gridValues, type Configuration, type SearchSpace } from "../space/index.ts";
import type { Sampler } from "./sampler.ts";

/** The values of every parameter, in the order of the space. */
function gridAxes(
  space: SearchSpace,
): readonly { readonly name: string; readonly values: readonly Json[] }[] {
  return space.parameters.map(({ name, distribution }) => {
    const values = gridValues(distribution);
    if (values === null) {
      throw new TunesmithError("INVALID_SPACE", {
        message: `grid: parameter \`${name}\` must have values that can be enumerated, got a ${distribution.kind} without end or step.`,
        hint: "List its values, give it a step, or use the sampler `random`.",
        facts: { parameter: name },
      });
    }
    return { name, values };
  });
}

/**
 * Number of points of the full grid.
 *
 * @throws INVALID_SPACE naming the first parameter that cannot be enumerated, and for more points than 2^53.
 */
export function gridSize(space: SearchSpace): number {
  const size = gridAxes(space).reduce((product, { values }) => product * values.length, 1);
  if (Number.isSafeInteger(size)) return size;
  throw new TunesmithError("INVALID_SPACE", {
    message: `grid: the grid must have fewer than 2^53 points, got about ${size.toExponential(1)}.`,
    hint: "Search fewer parameters, or use the sampler `random`.",
  });
}

/** Every point once, as nested loops would visit them: the first parameter varies slowest. */
export function createGridSampler(space: SearchSpace): Sampler {
  const axes = gridAxes(space);
  const size = gridSize(space);
  return {
    name: "grid",
    usesHistory: false,
    size,
    suggest({ number }): Configuration {
      if (number >= size) {
        throw new TunesmithError("INVALID_USAGE", {
          message: `grid: the grid has ${size} points, got a request for trial ${number}.`,
          hint: `Ask for at most ${size} trials.`,
          facts: { size, number },
        });
      }
      const digits: Json[] = [];
      let rest = number;
      for (const { values } of axes.toReversed()) {
        digits.unshift(values[rest % values.length]!);
        rest = Math.floor(rest / values.length);
      }
      return Object.fromEntries(axes.map(({ name }, index) => [name, digits[index]!]));
    },
  };
}
