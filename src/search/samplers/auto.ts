/**
 * The sampler that is used when none is named: it chooses one for every trial, by what the space, the budget and the results
 * ask for, and says which and why.
 *
 * - As long as results are few, a Gaussian process: it makes most of each, in mixed and conditional spaces too, with several
 *   objectives, constraints, noise and failures. A space that the budget covers is tried to the last configuration, the most
 *   promising first.
 * - Its cost grows with every result and its advantage shrinks. Then CMA-ES takes over where every parameter is continuous and
 *   always active, NSGA-II or, for more than three objectives, NSGA-III where there are several objectives, and the Parzen
 *   estimator everywhere else.
 * - When the budget comes to its end and noise hides which of the leading configurations is the best, the Gaussian process
 *   has them measured again.
 */
import { z } from "zod";

import { countCombinations, gridValues, type SearchSpace } from "../space/index.ts";
import { cmaesOptions, createCmaesSampler } from "./cmaes/cmaes.ts";
import { createNsga2Sampler } from "./evolution/nsga2.ts";
import { createNsga3Sampler } from "./evolution/nsga3.ts";
import { populationOptions } from "./evolution/population-sampler.ts";
import { createGpSampler, gpOptions } from "./gp/gp.ts";
import type { Sampler, SuggestOptions, Suggestion } from "./sampler.ts";
import { createTpeSampler, tpeOptions } from "./tpe/tpe.ts";

export const autoOptions = z.object({
  /** Results up to which the Gaussian process proposes. */
  modelTrials: z.int().min(0).default(250),
  /** The last share of the budget, in which the leading configurations may be measured again; 0: never. */
  repeatShare: z.number().min(0).max(1).default(0.1),
});

/** NSGA-II spreads over the front of so many objectives. */
const mostCrowded = 3;

interface Chosen {
  readonly sampler: Sampler;
  readonly reason: string;
}

export function createAutoSampler(
  space: SearchSpace,
  { modelTrials, repeatShare }: z.output<typeof autoOptions>,
): Sampler {
  const gp = createGpSampler(space, gpOptions.parse({ repeatShare }));
  const tpe = createTpeSampler(space, tpeOptions.parse({}));
  const cmaes = createCmaesSampler(space, cmaesOptions.parse({}));
  const population = populationOptions.parse({});
  const nsga2 = createNsga2Sampler(space, population);
  const nsga3 = createNsga3Sampler(space, population);
  const isContinuous = space.parameters.every(
    ({ distribution, when }) => when === undefined && gridValues(distribution) === null,
  );
  const size = countCombinations(space);

  const choose = ({ history, objectives, maxTrials }: SuggestOptions): Chosen => {
    const results = history.filter(({ state }) => state !== "pending").length;
    if (size <= maxTrials) {
      const reason = `the budget covers the ${size} configurations of the space, the most promising come first`;
      return { sampler: gp, reason };
    }
    if (results < modelTrials) {
      return {
        sampler: gp,
        reason: `up to ${modelTrials} results a model of all of them says most`,
      };
    }
    const many = `after ${results} results a Gaussian process costs more than it gains`;
    if (objectives > 1) {
      return {
        sampler: objectives <= mostCrowded ? nsga2 : nsga3,
        reason: `${many}, for ${objectives} objectives`,
      };
    }
    return isContinuous
      ? { sampler: cmaes, reason: `${many}, and all parameters are continuous` }
      : { sampler: tpe, reason: many };
  };

  return {
    name: "auto",
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion | null {
      const { sampler, reason } = choose(asked);
      const suggestion = sampler.suggest(asked);
      if (suggestion === null) return null;
      return named(suggestion, { sampler, reason });
    },
  };
}

function named(suggestion: Suggestion, { sampler: { name }, reason }: Chosen): Suggestion {
  const { why } = suggestion;
  const message = `${why.message}; by ${name}, because ${reason}`;
  return {
    ...suggestion,
    sampler: name,
    why: { ...why, message, facts: { ...why.facts, sampler: name } },
  };
}
