/**
 * CMA-ES: draws generations from a normal distribution over the unit cube, and moves, stretches and turns it towards the better
 * half of each. It learns which parameters belong together and at which scale, and pays from some hundred trials on.
 *
 * **Generations** are cut from the finished trials by number (see `Generations`). Trials that run in parallel are drawn from the
 * newest distribution that is known, so those of one generation may come from several: what the present one did not draw counts
 * with a shortened step, and so do configurations that a person gave. Results from before the study tell where to start.
 *
 * **Spaces.** Whole numbers and steps keep a margin, choices have probabilities of their own; a parameter that a configuration does
 * not have leaves its mean where it is. What breaks a constraint or leaves the cube is drawn again.
 *
 * **Objectives.** Only the order of a generation counts: with several objectives that of their fronts. Failures are worst.
 *
 * @see the files beside this one for the papers
 */
import { z } from "zod";

import type { Seed } from "../../../base/index.ts";
import { configurationKey, type SearchSpace } from "../../space/index.ts";
import { Generations } from "../evolution/generations.ts";
import { comparePlaced, placeAll } from "../evolution/ranking.ts";
import type { Evaluation, Sampler, Suggestion } from "../sampler.ts";
import { drawUntried } from "../untried.ts";
import { updateProbabilities } from "./choice-probabilities.ts";
import { coordinatesOf } from "./coordinates.ts";
import { recombinationWeights, updateGaussian, type Step } from "./gaussian.ts";
import { applyMargin } from "./margin.ts";
import {
  activeNumbers,
  chosenIn,
  drawFrom,
  pointOf,
  type SearchDistribution,
} from "./search-distribution.ts";
import { startDistribution } from "./start.ts";

export const cmaesOptions = z.object({
  /** Trials of one generation; null: 4 and three times the logarithm of the number of parameters. */
  population: z.int().min(4).max(10_000).nullable().default(null),
  /** The first spread around the middle, as a share of each parameter's range. */
  sigma: z
    .number()
    .gt(0)
    .max(0.5)
    .default(1 / 6),
});

/** A proposal is looked for in the newest distribution, where the study may have refused some, and in so many older ones. */
const retriesBack = 3;
const generationsBack = 2;

/** Where the study refuses more for one trial, the distribution has nothing new: the values are few and it has decided. */
const mostRefused = 10;

export function createCmaesSampler(
  space: SearchSpace,
  { population, sigma }: z.output<typeof cmaesOptions>,
): Sampler {
  const coordinates = coordinatesOf(space);
  const { numeric, choices } = coordinates;
  const dimensions = Math.max(1, numeric.length + choices.length);
  const size = population ?? 4 + Math.floor(3 * Math.log(dimensions));
  const shares = positiveShares(size);

  /** Where the trial's configuration was drawn: its numbers were rounded since. */
  const stepOf = (states: readonly SearchDistribution[], one: Evaluation, seed: Seed): Step => {
    const { number, configuration } = one;
    const key = configurationKey(configuration);
    const active = activeNumbers(coordinates, configuration);
    for (const [back, state] of states
      .slice(-1 - generationsBack)
      .toReversed()
      .entries()) {
      for (let retry = 0; retry < (back === 0 ? retriesBack : 1); retry++) {
        const drawn = drawFrom(state, { space, coordinates, seed, number, retry });
        if (drawn === null || configurationKey(drawn.configuration) !== key) continue;
        return { point: drawn.point, active, isOwn: back === 0 };
      }
    }
    return { point: pointOf(states.at(-1)!.gaussian, coordinates, configuration), active, isOwn: false };
  };

  const generations = new Generations<SearchDistribution, Seed>({
    first: (prior) => startDistribution(coordinates, prior, sigma),
    next(states, group, seed) {
      const before = states.at(-1)!;
      const ordered = placeAll(group)
        .toSorted(comparePlaced)
        .map(({ evaluation }) => evaluation);
      const steps = ordered.map((one) => stepOf(states, one, seed));
      const chosen = ordered.map(({ configuration }) => chosenIn(coordinates, configuration));
      const gaussian =
        numeric.length === 0
          ? before.gaussian
          : applyMargin(updateGaussian(before.gaussian, steps), numeric, 1 / (dimensions * size));
      const probabilities = before.probabilities.map((one, c) =>
        updateProbabilities(one, {
          chosen: chosen.map((indices) => indices[c]!),
          weights: shares,
          choices: choices.length,
        }),
      );
      return { gaussian, probabilities };
    },
  });

  return {
    name: "cmaes",
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion | null {
      const { number, retry, seed, history } = asked;
      const states = generations.states({ history, number, size, context: seed, key: seed });
      const state = states.at(-1)!;
      const generation = states.length - 1;
      const drawn = retry > mostRefused ? null : drawFrom(state, { space, coordinates, seed, number, retry });
      if (drawn === null) {
        const tried = new Set(history.map(({ configuration }) => configurationKey(configuration)));
        const message = `drawn at random, because what ${generation} generations gave was tried or breaks a constraint`;
        const configuration = drawUntried(asked, (key) => tried.has(key));
        return { configuration, why: { kind: "drawn", message } };
      }
      const { sigma: stepSize } = state.gaussian;
      const message =
        generation === 0
          ? `drawn around the start with step size ${stepSize.toPrecision(3)}`
          : `drawn around the mean of ${generation} generations of ${size} with step size ${stepSize.toPrecision(3)}`;
      const kind = generation === 0 ? "startup" : "exploiting";
      return {
        configuration: drawn.configuration,
        why: { kind, message, facts: { generation, population: size, stepSize } },
      };
    },
  };
}

/** The positive weights of recombination, adding up to 1; 0 for the worse half. */
function positiveShares(size: number): Float64Array {
  const weights = recombinationWeights(size).map((weight) => Math.max(0, weight));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
