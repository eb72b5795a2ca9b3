/**
 * NSGA-II: survivors are the best fronts, and of the last front that fits only in part those with most room around them, so that the
 * front is covered evenly. Broken outcome constraints come before losses.
 *
 * *Differs from the paper:* generations are cut from the history (see `Generations`), the first one fills the space evenly, and no
 * configuration is tried twice while there are others.
 *
 * @see Deb, Pratap, Agarwal, Meyarivan 2002, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II"
 */
import type { z } from "zod";

import type { SearchSpace } from "../../space/index.ts";
import type { Sampler } from "../sampler.ts";
import { createPopulationSampler, type populationOptions } from "./population-sampler.ts";
import { comparePlaced, placeAll } from "./ranking.ts";

export function createNsga2Sampler(space: SearchSpace, options: z.output<typeof populationOptions>): Sampler {
  return createPopulationSampler(space, options, {
    name: "nsga2",
    select: (pool, { size }) => placeAll(pool).toSorted(comparePlaced).slice(0, size),
    compare: comparePlaced,
  });
}
