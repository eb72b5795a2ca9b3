/**
 * Bayesian optimisation with Gaussian processes, for mixed and conditional spaces: a model of the losses says what to expect
 * of every configuration and how surely, and that one is proposed from which most improvement is expected. Trials that are
 * pending count as if their results were what the model expects.
 *
 * Trials that fail, and outcome constraints that are broken, have models of their own: the expected improvement counts as
 * much as the trial is likely to succeed and to keep the constraints. No loss is invented for them.
 *
 * @see Jones, Schonlau, Welch 1998, "Efficient Global Optimization of Expensive Black-Box Functions"; Gelbart, Snoek, Adams 2014,
 *   "Bayesian Optimization with Unknown Constraints"
 */
import { z } from "zod";

import { RandomStream } from "../../../base/index.ts";
import {
  configurationKey,
  countCombinations,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { createGridSampler } from "../grid.ts";
import { SobolSequence } from "../quasi-random/sobol-sequence.ts";
import { createSobolSampler } from "../quasi-random/sobol.ts";
import type { Evaluation, Sampler, SuggestOptions, Suggestion } from "../sampler.ts";
import { drawUntried } from "../untried.ts";
import { evidenceOf } from "./evidence.ts";
import { goalOf, type Goal } from "./goal.ts";
import type { Features } from "./kernel.ts";
import { createLayout, type Place } from "./layout.ts";
import { createModeller } from "./modeller.ts";
import { propose } from "./propose.ts";
import { leaderToRepeat } from "./repeat.ts";

export const gpOptions = z.object({
  /** Results before there is a model; null: twice the number of parameters, at least 4 and at most 10. */
  startupTrials: z.int().min(1).nullable().default(null),
  /** How many configurations are compared before the best are improved along the gradient. */
  candidates: z.int().min(1).default(600),
  /** How many of them are improved. */
  climbs: z.int().min(1).default(8),
  /** The last share of the budget, in which leading configurations are measured again when noise decides; 0: never. */
  repeatShare: z.number().min(0).max(1).default(0),
});

/** Finite spaces of at most so many configurations are looked through when every proposal was tried. */
const mostEnumerated = 10_000;
/** In whose neighbourhood to look for the next. */
const mostAround = 5;

export function createGpSampler(
  space: SearchSpace,
  { startupTrials, candidates, climbs, repeatShare }: z.output<typeof gpOptions>,
): Sampler {
  const layout = createLayout(space);
  const startup = startupTrials ?? Math.min(10, Math.max(4, 2 * layout.coordinates.length));
  const places = new WeakMap<Evaluation, Place>();
  const placeOf = (evaluation: Evaluation): Place => {
    const place = places.get(evaluation) ?? layout.placeOf(evaluation.configuration);
    places.set(evaluation, place);
    return place;
  };
  const featuresOf = (evaluation: Evaluation) => placeOf(evaluation).features;
  const evenly = createSobolSampler(space);
  const modeller = createModeller(layout.kinds, featuresOf);

  return {
    name: "gp",
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion {
      const { history, number, retry, seed } = asked;
      const evidence = evidenceOf(history);
      const { valued } = evidence;
      const tried = new Set(history.map(({ configuration }) => configurationKey(configuration)));
      const isTried = (configuration: Configuration) => tried.has(configurationKey(configuration));
      if (layout.coordinates.length === 0 || valued.length < startup) {
        const even = evenly.suggest(asked)!.configuration;
        const configuration = isTried(even) ? drawUntried(asked, (key) => tried.has(key)) : even;
        const message = `spread evenly, because ${valued.length} results are too few for a model`;
        return { configuration, why: { kind: "startup", message } };
      }
      const names = ["gp", number, ...(retry === 0 ? [] : ["retry", retry])];
      const goal = goalOf(evidence, {
        modeller,
        featuresOf,
        dimensions: layout.kinds.length,
        objectives: asked.objectives,
        stream: new RandomStream(seed, ...names, "objectives"),
      });
      if (asked.objectives === 1 && isNearEnd(asked, repeatShare)) {
        const leader = leaderToRepeat(goal, featuresOf);
        if (leader !== null) return repeated(leader, goal);
      }
      const stream = new RandomStream(seed, ...names, "candidates");
      let used = 0;
      const found = propose({
        layout,
        surface: goal.surface,
        around: goal.around.slice(0, mostAround).map(placeOf),
        candidates,
        climbs,
        sequence: new SobolSequence(seed, layout.coordinates.length, ...names),
        next: () => stream.uniform(used++),
      });
      const untried = found.find(({ place }) => !isTried(layout.configurationAt(place)));
      const chosen = untried?.place ?? untriedOfGrid(asked, goal, isTried) ?? found[0]!.place;
      return explained(chosen, goal, valued.length);
    },
  };

  /** In a small space, what is left. */
  function untriedOfGrid(
    asked: SuggestOptions,
    { surface }: Goal,
    isTried: (configuration: Configuration) => boolean,
  ): Place | undefined {
    if (countCombinations(space) > mostEnumerated) return undefined;
    const grid = createGridSampler(space);
    const left: Place[] = [];
    for (let number = 0; number < grid.size!; number++) {
      const { configuration } = grid.suggest({ ...asked, number, history: [] })!;
      if (!isTried(configuration)) left.push(layout.placeOf(configuration));
    }
    const values = left.map(({ features }) => surface(features));
    return left[values.indexOf(Math.max(...values))];
  }

  function explained(place: Place, goal: Goal, results: number): Suggestion {
    const kind = goal.main.model.predict(place.features).mean < goal.best ? "exploiting" : "exploring";
    const reason =
      kind === "exploiting"
        ? "expected to be better than the best"
        : "may be better than the best, by how little is known there";
    return {
      configuration: layout.configurationAt(place),
      why: {
        kind,
        message: `${reason}, by a model of ${results} results`,
        prediction: predictionAt(place.features, goal),
        acquisition: { name: goal.acquisition, value: goal.surface(place.features) },
      },
    };
  }

  function repeated(leader: Evaluation, goal: Goal): Suggestion {
    const message = `trial ${leader.number} again, because noise is larger than the lead of the best`;
    const prediction = predictionAt(featuresOf(leader), goal);
    return { configuration: leader.configuration, why: { kind: "replicating", message, prediction } };
  }
}

/** As losses. */
function predictionAt(features: Features, { main: { model, scale } }: Goal) {
  const { mean, variance } = model.predict(features);
  const deviation = Math.sqrt(variance);
  const between = scale.fromTarget(mean + deviation) - scale.fromTarget(mean - deviation);
  return { mean: scale.fromTarget(mean), deviation: between / 2 };
}

/** Whether only the last share of the trials is left. */
function isNearEnd({ history, maxTrials }: SuggestOptions, share: number): boolean {
  const spent = history.reduce((sum, one) => (one.number < 0 ? sum : sum + Math.max(1, one.replicates)), 0);
  return share > 0 && spent >= (1 - share) * maxTrials;
}
