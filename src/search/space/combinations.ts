import { gridValues } from "./registry.ts";
import type { SearchSpace } from "./search-space.ts";

/**
 * How many combinations of values the parameters have: at least the number of configurations, which conditions and constraints
 * make smaller. Infinity when a parameter has a continuum of values.
 */
export function countCombinations({ parameters }: Pick<SearchSpace, "parameters">): number {
  return parameters.reduce(
    (product, { distribution }) => product * (gridValues(distribution)?.length ?? Infinity),
    1,
  );
}
