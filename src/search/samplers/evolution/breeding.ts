/** What evolutionary samplers share: an even start, and children that are feasible and new. */
import { RandomStream } from "../../../base/index.ts";
import {
  brokenConstraints,
  configurationKey,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import type { Why } from "../../trial/index.ts";
import { createSobolSampler } from "../quasi-random/sobol.ts";
import type { SuggestOptions, Suggestion } from "../sampler.ts";
import { drawUntried } from "../untried.ts";
import { comparePlaced, type Placed } from "./ranking.ts";
import { Variation, type VariationRates } from "./variation.ts";

/** So many children in a row that were tried before, or break a constraint, mean that there are hardly others. */
const mostAttempts = 50;

export interface BreedOptions {
  /** Not empty. */
  readonly parents: readonly Placed[];
  /** How many are drawn of which the best becomes a parent. */
  readonly tournament: number;
  readonly compare?: (a: Placed, b: Placed) => number;
  readonly why: Omit<Why, "kind" | "message">;
}

export class Breeding {
  readonly #name: string;
  readonly #space: SearchSpace;
  readonly #variation: Variation;
  readonly #sobol;

  constructor(name: string, space: SearchSpace, rates: VariationRates) {
    this.#name = name;
    this.#space = space;
    this.#variation = new Variation(space, rates);
    this.#sobol = createSobolSampler(space);
  }

  /** While there are no parents: points that fill the space. */
  start(asked: SuggestOptions, message: string): Suggestion | null {
    const point = this.#sobol.suggest(asked);
    return point === null ? null : { ...point, why: { kind: "startup", message } };
  }

  /** A child of two winners of tournaments that no trial has yet. */
  breed(
    asked: SuggestOptions,
    { parents, tournament, compare = comparePlaced, why }: BreedOptions,
  ): Suggestion | null {
    const { number, retry, seed, history } = asked;
    const stream = new RandomStream(seed, this.#name, number, ...(retry === 0 ? [] : ["retry", retry]));
    let used = 0;
    const next = () => stream.uniform(used++);
    const winner = () => {
      let best = parents[Math.floor(next() * parents.length)]!;
      for (let drawn = 1; drawn < tournament; drawn++) {
        const other = parents[Math.floor(next() * parents.length)]!;
        if (compare(other, best) < 0) best = other;
      }
      return best.evaluation;
    };
    const tried = new Set(
      history.filter((one) => one.number < number).map(({ configuration }) => keyOf(configuration)),
    );
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const [first, second] = [winner(), winner()];
      const configuration = this.#variation.child([first.configuration, second.configuration], next);
      if (brokenConstraints(this.#space, configuration).length > 0) continue;
      if (tried.has(configurationKey(configuration))) continue;
      const message = `child of configurations ${first.number} and ${second.number}`;
      const facts = { ...why.facts, parents: [first.number, second.number] };
      return { configuration, why: { kind: "exploiting", message, ...why, facts } };
    }
    const message = `drawn, because ${mostAttempts} children were tried before or break a constraint`;
    return { configuration: drawUntried(asked, (key) => tried.has(key)), why: { kind: "drawn", message } };
  }
}

const keys = new WeakMap<Configuration, string>();

/** The key of a configuration, kept with it: a proposal compares with all of them. */
function keyOf(configuration: Configuration): string {
  const known = keys.get(configuration);
  if (known !== undefined) return known;
  const key = configurationKey(configuration);
  keys.set(configuration, key);
  return key;
}
