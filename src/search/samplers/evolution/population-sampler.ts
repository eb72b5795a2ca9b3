/** A genetic algorithm over generations, whatever the rule by which a generation's survivors are selected. */
import { z } from "zod";

import type { Seed } from "../../../base/index.ts";
import type { SearchSpace } from "../../space/index.ts";
import type { Evaluation, Sampler, Suggestion } from "../sampler.ts";
import { Breeding } from "./breeding.ts";
import { Generations } from "./generations.ts";
import type { Placed } from "./ranking.ts";

export const populationOptions = z.object({
  /** Trials of one generation, and how many survive it; null: a twentieth of the study, from 10 to 50. */
  population: z.int().min(2).max(10_000).nullable().default(null),
  /** The probability that a child has two parents. */
  crossover: z.number().min(0).max(1).default(0.9),
  /** The probability that a parameter is mutated; null: one of them on average. */
  mutation: z.number().min(0).max(1).nullable().default(null),
});

export interface SelectionOptions {
  readonly size: number;
  readonly seed: Seed;
  /** From 1. */
  readonly generation: number;
}

export interface PopulationRule {
  readonly name: string;
  /** The survivors, at most `size` of them. */
  readonly select: (pool: readonly Evaluation[], options: SelectionOptions) => readonly Placed[];
  /** Which of two becomes a parent. */
  readonly compare: (a: Placed, b: Placed) => number;
}

export function createPopulationSampler(
  space: SearchSpace,
  { population, crossover, mutation }: z.output<typeof populationOptions>,
  { name, select, compare }: PopulationRule,
): Sampler {
  const breeding = new Breeding(name, space, { crossover, mutation });
  const generations = new Generations<readonly Placed[], SelectionOptions>({
    first: (prior, options) => select(prior, { ...options, generation: 0 }),
    next: (states, group, options) => {
      const survivors = states.at(-1)!.map(({ evaluation }) => evaluation);
      return select([...survivors, ...group], { ...options, generation: states.length });
    },
  });
  return {
    name,
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion | null {
      const { number, seed, history, maxTrials } = asked;
      const size = population ?? Math.min(50, Math.max(10, Math.round(maxTrials / 20)));
      const context = { size, seed, generation: 0 };
      const states = generations.states({ history, number, size, context, key: seed });
      const generation = states.length - 1;
      const parents = states.at(-1)!;
      if (generation === 0 || parents.length === 0) {
        return breeding.start(asked, `fills the space, as one of the first ${size}`);
      }
      const why = { facts: { generation, population: size } };
      return breeding.breed(asked, { parents, tournament: 2, compare, why });
    },
  };
}
