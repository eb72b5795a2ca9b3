/**
 * Regularised evolution: of the newest trials some are drawn, and the best of these is mutated. Trials die of age, not of being
 * worse, so one that was lucky once does not father all others, and each proposal uses every result there is: no generation has
 * to end first.
 *
 * *Differs from the paper:* the best trial so far, by the main objective, does not die; children may have two parents; the first trials fill the space
 * evenly.
 *
 * @see Real, Aggarwal, Huang, Le 2019, "Regularized Evolution for Image Classifier Architecture Search", Alg. 1
 */
import { z } from "zod";

import type { SearchSpace } from "../../space/index.ts";
import type { Sampler, Suggestion } from "../sampler.ts";
import { Breeding } from "./breeding.ts";
import { comparableLosses, compareMain, placeAll } from "./ranking.ts";

export const evolutionOptions = z.object({
  /** How many of the newest trials may have children; null: a fifth of the study, from 5 to 20. */
  population: z.int().min(2).max(10_000).nullable().default(null),
  /** Of how many of them the best one is taken. */
  tournament: z.int().min(1).default(10),
  /** The probability that a child has two parents. */
  crossover: z.number().min(0).max(1).default(0.9),
  /** The probability that a parameter is mutated; null: one of them on average. */
  mutation: z.number().min(0).max(1).nullable().default(null),
});

export function createEvolutionSampler(
  space: SearchSpace,
  { population, tournament, crossover, mutation }: z.output<typeof evolutionOptions>,
): Sampler {
  const breeding = new Breeding("evolution", space, { crossover, mutation });
  return {
    name: "evolution",
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion | null {
      const { number, history, maxTrials } = asked;
      const size = population ?? Math.min(20, Math.max(5, Math.round(maxTrials / 5)));
      const known = history.filter((one) => one.number < number && comparableLosses(one) !== null);
      if (known.length < size) return breeding.start(asked, `fills the space, as one of the first ${size}`);
      const best = known.reduce((a, b) => (compareMain(b, a) < 0 ? b : a));
      const newest = known.slice(-size);
      const parents = placeAll(newest.includes(best) ? newest : [best, ...newest]);
      return breeding.breed(asked, { parents, tournament, why: { facts: { population: size } } });
    },
  };
}
