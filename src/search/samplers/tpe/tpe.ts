/**
 * The tree-structured Parzen estimator: good and bad trials each give a density, and of some candidates drawn from the good
 * one that is proposed whose good density is largest compared with the bad one, which is where improvement is most likely.
 *
 * Trials that failed and those that still run count as bad, so that the search stays away from what diverges and from what
 * others are trying.
 *
 * *Differs from the papers:* one density over all parameters also in conditional spaces (see `ParzenEstimator`); a
 * configuration that was tried already is not proposed again while the space has others.
 *
 * @see Bergstra, Bardenet, Bengio, Kégl 2011, "Algorithms for Hyper-Parameter Optimization", section 4; Watanabe 2023 for the
 *   choices of weights, bandwidths and quantile
 */
import { z } from "zod";

import { RandomStream } from "../../../base/index.ts";
import {
  brokenConstraints,
  chooseConfiguration,
  configurationKey,
  type Configuration,
  type SearchSpace,
} from "../../space/index.ts";
import { createRandomSampler } from "../random.ts";
import type { Evaluation, Sampler, SuggestOptions, Suggestion } from "../sampler.ts";
import { axisOf, positionOf, valueAt, type Axis } from "./axis.ts";
import { ParzenEstimator, type Point } from "./parzen-estimator.ts";

export const tpeOptions = z.object({
  /** Trials that are drawn at random before the densities say anything. */
  startupTrials: z.int().min(1).default(10),
  /** How many configurations are compared for one proposal. */
  candidates: z.int().min(1).default(32),
});

interface Observed {
  readonly point: Point;
  readonly key: string;
  /** Smaller is better; infinite for a trial that failed or still runs. */
  readonly loss: number;
}

/** The newest trials count fully, older ones less and less. */
const fullyCounted = 25;
const mostGood = 25;
const goodShare = 0.15;
/** Of bad trials the newest are looked at: what thousands more say of the space is the same. */
const mostBad = 2000;

export function createTpeSampler(
  space: SearchSpace,
  { startupTrials, candidates }: z.output<typeof tpeOptions>,
): Sampler {
  const axes = space.parameters.map(({ distribution }) => axisOf(distribution));
  const random = createRandomSampler();
  const known = new WeakMap<Evaluation, Observed>();

  const observe = (evaluation: Evaluation): Observed => {
    const before = known.get(evaluation);
    if (before !== undefined) return before;
    const { configuration, losses, state } = evaluation;
    const first = state === "completed" ? (losses?.[0] ?? Infinity) : Infinity;
    const loss = Number.isFinite(first) ? first : Infinity;
    const observed = {
      point: pointOf(space, axes, configuration),
      key: configurationKey(configuration),
      loss,
    };
    known.set(evaluation, observed);
    return observed;
  };

  return {
    name: "tpe",
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion | null {
      const { number, retry, seed, history } = asked;
      const observed = history.filter((one) => one.number < number).map(observe);
      const valued = observed.filter(({ loss }) => loss < Infinity).length;
      if (valued < startupTrials) return atRandom(asked, `drawn, because ${valued} results are too few`);
      const stream = new RandomStream(seed, "tpe", number, ...(retry === 0 ? [] : ["retry", retry]));
      let used = 0;
      const next = () => stream.uniform(used++);
      const { good, bad } = densities(axes, observed, valued);
      const tried = new Set(observed.map(({ key }) => key));
      let best: { readonly configuration: Configuration; readonly score: number } | undefined;
      for (let candidate = 0; candidate < candidates; candidate++) {
        const { configuration, point } = drawCandidate(space, axes, { good, next });
        if (brokenConstraints(space, configuration).length > 0) continue;
        if (tried.has(configurationKey(configuration))) continue;
        const score = good.logDensity(point) - bad.logDensity(point);
        if (best === undefined || score > best.score) best = { configuration, score };
      }
      if (best === undefined) {
        return atRandom(asked, "drawn, because every candidate was tried before or breaks a constraint");
      }
      const acquisition = { name: "log density ratio", value: best.score };
      const message = `likeliest of ${candidates} among the good of ${valued} results`;
      return { configuration: best.configuration, why: { kind: "exploiting", message, acquisition } };
    },
  };

  function atRandom(asked: SuggestOptions, message: string): Suggestion | null {
    const drawn = random.suggest(asked);
    return drawn === null ? null : { ...drawn, why: { kind: "startup", message } };
  }
}

function pointOf(space: SearchSpace, axes: readonly Axis[], configuration: Configuration): Point {
  return Float64Array.from(space.parameters, ({ name, distribution }, index) =>
    Object.hasOwn(configuration, name)
      ? positionOf(axes[index]!, distribution, configuration[name]!)
      : Number.NaN,
  );
}

function densities(axes: readonly Axis[], observed: readonly Observed[], valued: number) {
  const isGood = new Set(bestOf(observed, Math.min(mostGood, Math.ceil(goodShare * valued))));
  const good = observed.filter((one) => isGood.has(one));
  const bad = observed.filter((one) => !isGood.has(one)).slice(-mostBad);
  const estimatorOf = (some: readonly Observed[]) =>
    new ParzenEstimator(
      axes,
      some.map(({ point }) => point),
      agedWeights(some.length),
    );
  return { good: estimatorOf(good), bad: estimatorOf(bad) };
}

/** Of equals the older one is the better. */
function bestOf(observed: readonly Observed[], count: number): readonly Observed[] {
  const best: Observed[] = [];
  for (const one of observed) {
    if (best.length === count && one.loss >= best.at(-1)!.loss) continue;
    const place = best.findLastIndex(({ loss }) => loss <= one.loss) + 1;
    best.splice(place, 0, one);
    best.length = Math.min(best.length, count);
  }
  return best;
}

/** Linear from 1/n for the oldest to 1, the newest ones all 1. */
function agedWeights(count: number): Float64Array {
  const ramp = Math.max(0, count - fullyCounted);
  return Float64Array.from({ length: count }, (_, index) =>
    index >= ramp ? 1 : 1 / count + (index / Math.max(1, ramp - 1)) * (1 - 1 / count),
  );
}

function drawCandidate(
  space: SearchSpace,
  axes: readonly Axis[],
  { good, next }: { readonly good: ParzenEstimator; readonly next: () => number },
): { readonly configuration: Configuration; readonly point: Point } {
  const kernel = good.drawKernel(next);
  const point = new Float64Array(axes.length).fill(Number.NaN);
  const indices = new Map(space.parameters.map((parameter, index) => [parameter, index]));
  const configuration = chooseConfiguration(space, (parameter) => {
    const index = indices.get(parameter)!;
    const { distribution } = parameter;
    const position = good.draw(kernel, index, next);
    const value = valueAt(axes[index]!, distribution, position);
    // An interval of whole numbers has its values between the units that were drawn.
    point[index] = positionOf(axes[index]!, distribution, value);
    return value;
  });
  return { configuration, point };
}
