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
import type { SearchSpace } from "../../space/index.ts";
import type { Evaluation, Sampler, Suggestion } from "../sampler.ts";
import { drawUntried } from "../untried.ts";
import { goodResults, volumeShares } from "./good-results.ts";
import { Ledger, type Observed } from "./ledger.ts";
import { ParzenModel, type WeightedPoint } from "./parzen-model.ts";

export const tpeOptions = z.object({
  /** Trials that are drawn at random before the densities say anything. */
  startupTrials: z.int().min(1).default(6),
  /** How many configurations are compared for one proposal. */
  candidates: z.int().min(1).default(32),
});

/** The newest trials count fully, older ones less and less. */
const fullyCounted = 25;
const mostGood = 25;
const goodShare = 0.12;
const shareOfGain = 0.5;
/** Of bad trials the newest are looked at: what thousands more say of the space is the same. */
const mostBad = 2000;

export function createTpeSampler(
  declared: SearchSpace,
  { startupTrials, candidates }: z.output<typeof tpeOptions>,
): Sampler {
  let model = new ParzenModel(declared);
  let ledger = new Ledger(({ configuration }) => model.pointOf(configuration));

  return {
    name: "tpe",
    usesHistory: true,
    size: null,
    suggest(asked): Suggestion {
      const { number, retry, seed, space, history, objectives } = asked;
      if (space !== model.space) {
        model = new ParzenModel(space);
        ledger = new Ledger(({ configuration }) => model.pointOf(configuration));
      }
      ledger.update(history, number);
      const results = ledger.sorted.length;
      const isTried = (key: string) => ledger.isTried(key);
      const atRandom = (message: string): Suggestion => ({
        configuration: drawUntried(asked, isTried),
        why: { kind: "startup", message },
      });
      if (results < startupTrials) return atRandom(`drawn, because ${results} results are too few`);
      const stream = new RandomStream(seed, "tpe", number, ...(retry === 0 ? [] : ["retry", retry]));
      let used = 0;
      const next = () => stream.uniform(used++);
      const proposal = model.propose({
        ...split(ledger, objectives),
        candidates,
        next,
        isTried,
      });
      if (proposal === null) {
        return atRandom("drawn, because every candidate was tried before or breaks a constraint");
      }
      const acquisition = { name: "log density ratio", value: proposal.score };
      const message = `likeliest of ${candidates} among the good of ${results} results`;
      return { configuration: proposal.configuration, why: { kind: "exploiting", message, acquisition } };
    },
  };
}

function split({ entries, sorted }: Ledger, objectives: number) {
  const count = Math.min(mostGood, Math.ceil(goodShare * sorted.length));
  const isGood = goodResults(sorted, { count, objectives });
  const good = entries.filter((one) => isGood.has(one));
  const bad: Observed[] = [];
  for (let index = entries.length - 1; index >= 0 && bad.length < mostBad; index--) {
    if (!isGood.has(entries[index]!)) bad.push(entries[index]!);
  }
  const weighed = objectives === 1 ? weighByGain(good, sorted[count]) : weighByVolume(good);
  return { good: weighed, bad: weighted(bad.reverse()) };
}

/**
 * Half of what a good result counts is how much better it is than the best of the others, as a share of the mean of all; the
 * other half is the same for each.
 *
 * @param next the best of the others; undefined where losses cannot be compared
 * @see Song, Yu, Neiswanger, Ermon 2022, "A General Recipe for Likelihood-free Bayesian Optimization", section 4
 */
function weighByGain(good: readonly Observed[], next: Observed | undefined): readonly WeightedPoint[] {
  const points = weighted(good);
  if (next === undefined || next.rank.tier !== 0) return points;
  const gains = good.map(({ rank }) => next.rank.first - rank.first);
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  if (mean === 0) return points;
  return points.map(({ point, weight }, index) => ({
    point,
    weight: weight * (1 - shareOfGain + (shareOfGain * gains[index]!) / mean),
  }));
}

/**
 * With several objectives a good result counts by what it adds to the volume that all of them dominate.
 *
 * @see Ozaki, Tanigaki, Watanabe, Onishi 2020, section 4.2.2
 */
function weighByVolume(good: readonly Observed[]): readonly WeightedPoint[] {
  const shares = volumeShares(good);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return weighted(good).map(({ point, weight }, index) => ({
    point,
    weight: (weight * shares[index]!) / mean,
  }));
}

/**
 * Weights grow linearly with the age of the trial from 1/n to 1, the newest ones all counting 1. A mean over repeats counts
 * as many times more as it has more of them than the others.
 */
function weighted(observed: readonly Observed[]): readonly WeightedPoint[] {
  const count = observed.length;
  const ramp = Math.max(0, count - fullyCounted);
  const repeats = (evaluation: Evaluation) => Math.max(1, evaluation.replicates);
  const mean = observed.reduce((sum, { evaluation }) => sum + repeats(evaluation), 0) / count;
  return observed.map(({ point, evaluation }, index) => {
    const age = index >= ramp ? 1 : 1 / count + (index / Math.max(1, ramp - 1)) * (1 - 1 / count);
    return { point, weight: (age * repeats(evaluation)) / mean };
  });
}
