/**
 * The model of BOHB: two densities over the results after one step, the largest after which there are enough of them, so that
 * what many short trainings tell is used until there are longer ones. One trial in three is drawn at random. Made for studies whose
 * scheduler stops or pauses most trials, such as `hyperband`.
 *
 * *Differs from the paper:* the densities are those of `tpe`, whose kernel that is even over the space lets the model begin with
 * N_min results, good ones being the best share of them also then; a configuration is not proposed twice while there are others;
 * what failed, is not finite at the step or has just begun is bad. What was stopped or paused before the step is left out, as there.
 *
 * @see Falkner, Klein, Hutter 2018, "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", section 4.1, Alg. 2
 */
import { z } from "zod";

import { RandomStream } from "../../base/index.ts";
import { configurationKey, type SearchSpace } from "../space/index.ts";
import type { Evaluation, Sampler, Suggestion } from "./sampler.ts";
import type { Point } from "./tpe/parzen-estimator.ts";
import { ParzenModel } from "./tpe/parzen-model.ts";
import { compareRanks, rankOf } from "./tpe/ranking.ts";
import { drawUntried } from "./untried.ts";

export const bohbOptions = z.object({
  /** The share of trials that is drawn at random whatever is known. */
  randomFraction: z
    .number()
    .min(0)
    .max(1)
    .default(1 / 3),
  /** The share of the results after a step that counts as good. */
  topShare: z.number().gt(0).lt(1).default(0.15),
  /** N_min: how many results there must be after a step; null: one more than there are parameters. */
  leastResults: z.int().min(2).nullable().default(null),
  /** How many configurations are compared for one proposal. */
  candidates: z.int().min(1).default(32),
});

/** What is known of the configurations after one step. */
interface StepResults {
  /** Infinity stands for the end of trials without a curve. */
  readonly step: number;
  /** By loss, best first. */
  readonly measured: readonly Evaluation[];
  /** Those that failed or diverged, and those that have just begun. */
  readonly without: readonly Evaluation[];
}

export function createBohbSampler(
  declared: SearchSpace,
  { randomFraction, topShare, leastResults, candidates }: z.output<typeof bohbOptions>,
): Sampler {
  let model = new ParzenModel(declared);
  let points = new WeakMap<Evaluation, Point>();

  const weighted = (evaluations: readonly Evaluation[]) =>
    evaluations.map((evaluation) => {
      const point = points.get(evaluation) ?? model.pointOf(evaluation.configuration);
      points.set(evaluation, point);
      return { point, weight: 1 };
    });

  return {
    name: "bohb",
    usesHistory: true,
    usesCurves: true,
    size: null,
    suggest(asked): Suggestion {
      const { number, retry, seed, space, history } = asked;
      if (space !== model.space) {
        model = new ParzenModel(space);
        points = new WeakMap();
      }
      const known = history.filter((one) => one.number < number);
      const keys = new Set(known.map(({ configuration }) => configurationKey(configuration)));
      const isTried = (key: string) => keys.has(key);
      const drawn = (kind: "drawn" | "startup", message: string): Suggestion => ({
        configuration: drawUntried(asked, isTried),
        why: { kind, message },
      });
      const stream = new RandomStream(seed, "bohb", number, ...(retry === 0 ? [] : ["retry", retry]));
      let used = 0;
      const next = () => stream.uniform(used++);
      if (next() < randomFraction) return drawn("drawn", "drawn at random, as a fixed share of trials is");
      const dimensions = space.parameters.filter(
        ({ distribution }) => distribution.kind !== "constant",
      ).length;
      const least = leastResults ?? dimensions + 1;
      const results = furthestResults(known, least);
      if (results === null) {
        return drawn("startup", `drawn, because no step has the ${least} results that a model needs`);
      }
      const { step, measured, without } = results;
      const count = Math.ceil(topShare * measured.length);
      const good = measured.slice(0, count);
      const bad = [...measured.slice(count), ...without];
      const proposal = model.propose({ good: weighted(good), bad: weighted(bad), candidates, next, isTried });
      if (proposal === null) {
        return drawn("drawn", "drawn, because every candidate was tried before or breaks a constraint");
      }
      const place = step === Infinity ? "at the end of the trials" : `after step ${step}`;
      return {
        configuration: proposal.configuration,
        why: {
          kind: "exploiting",
          message: `likeliest of ${candidates} among the best ${count} of ${measured.length} results ${place}`,
          acquisition: { name: "log density ratio", value: proposal.score },
          facts: { step: step === Infinity ? null : step, results: measured.length, good: count },
        },
      };
    },
  };
}

/** Null while no step has enough results. */
function furthestResults(known: readonly Evaluation[], least: number): StepResults | null {
  const counts = new Map<number, number>();
  const end = endOf(known);
  for (const evaluation of known) {
    if (evaluation.state === "failed") continue;
    for (const { step, loss } of curveOf(evaluation, end)) {
      if (Number.isFinite(loss)) counts.set(step, (counts.get(step) ?? 0) + 1);
    }
  }
  const steps = [...counts].filter(([, count]) => count >= least).map(([step]) => step);
  if (steps.length === 0) return null;
  const step = Math.max(...steps);
  const measured: Evaluation[] = [];
  const without: Evaluation[] = [];
  const losses = new Map<Evaluation, number>();
  for (const evaluation of known) {
    const point = curveOf(evaluation, end).find((one) => one.step === step);
    if (evaluation.state !== "failed" && point !== undefined && Number.isFinite(point.loss)) {
      measured.push(evaluation);
      losses.set(evaluation, point.loss);
    } else if (point !== undefined || evaluation.state === "failed" || evaluation.curve.length === 0) {
      without.push(evaluation);
    }
  }
  const rank = (one: Evaluation) => rankOf({ ...one, state: "completed", losses: [losses.get(one)!] }, 0);
  const ranks = new Map(measured.map((one) => [one, rank(one)]));
  measured.sort((a, b) => compareRanks(ranks.get(a)!, ranks.get(b)!) || a.number - b.number);
  return { step, measured, without };
}

/** The last step of trials at their full length; Infinity when none shows it. */
function endOf(known: readonly Evaluation[]): number {
  let end = 0;
  for (const { state, fidelity, curve } of known) {
    if (state === "completed" && fidelity === 1) end = Math.max(end, curve.at(-1)?.step ?? 0);
  }
  return end === 0 ? Infinity : end;
}

/** What came to its end without a curve, as prior knowledge does, has its loss there. */
function curveOf({ state, curve, losses }: Evaluation, end: number): Evaluation["curve"] {
  if (curve.length > 0 || state !== "completed" || losses === null) return curve;
  return [{ step: end, loss: losses[0]! }];
}
