/**
 * Stops a trial that will most likely not beat the best one: the probability that its final loss is below the best completed
 * one's, from the shape of its own curve and from how completed trials went on that looked like it.
 *
 * The probability errs on the careful side: where it said less than 0.05, fewer than one trial in a hundred still became the
 * best on curves of small networks. It is looked at again at each interval, and the bound is that of one look.
 */
import { z } from "zod";

import { reduceCurve, type LossPoint, type Ruling } from "../../trial/index.ts";
import { intervalStepAfter, isIntervalReached } from "../interval.ts";
import { comparable, lossAtRung, standing, whenFinite } from "../rungs.ts";
import type { Scheduler, SchedulerContext, TrialCurve } from "../scheduler.ts";
import { extrapolateCurve } from "./extrapolate-curve.ts";
import { guessFromPeers, type PeerCurve } from "./peer-guess.ts";
import { probabilityBelow, type StudentGuess } from "./student-mixture.ts";

export const curveExtrapolationOptions = z.object({
  /** A trial is stopped when it beats the best with a smaller probability. */
  probability: z.number().gt(0).lt(1).default(0.05),
  /** No trial is stopped before this step; a shape needs some points. */
  minSteps: z.int().min(2).default(4),
  /** Steps from one look to the next. */
  intervalSteps: z.int().min(1).default(1),
  /** No trial is stopped before so many have completed. */
  startupTrials: z.int().min(1).default(3),
});

/** How many of the latest steps decide whether two curves are alike. */
const recentSteps = 5;
/** So many peers that are alike weigh as much as the shape of the curve; more do not, since their changes are no bell. */
const shapePeers = 3;

export function createCurveExtrapolationScheduler(
  { probability: bound, minSteps, intervalSteps, startupTrials }: z.output<typeof curveExtrapolationOptions>,
  { reduce }: SchedulerContext,
): Scheduler {
  const interval = { warmupSteps: minSteps, intervalSteps };
  // A completed curve does not change.
  const finals = new WeakMap<readonly LossPoint[], number>();
  const finalLoss = ({ points }: TrialCurve): number => {
    const curve = () => points.map(({ step, loss }) => ({ step, value: loss }));
    const final = finals.get(points) ?? reduceCurve(curve(), { direction: "minimize", reduce }) ?? NaN;
    finals.set(points, final);
    return final;
  };
  return {
    name: "curve-extrapolation",
    isOrderable: true,
    nextStep: ({ length }, step) => intervalStepAfter(interval, length, step),
    judge(trial, trials): Ruling | null {
      if (!isIntervalReached(interval, trial)) return null;
      const completed = trials.flatMap((other) => {
        const final = other.state === "completed" && other.number !== trial.number ? finalLoss(other) : NaN;
        return Number.isNaN(final) ? [] : [{ points: other.points, length: other.length, final }];
      });
      const { step, loss } = trial.points.at(-1)!;
      const finite = trial.points.filter((point) => Number.isFinite(point.loss));
      const isLost = !Number.isFinite(loss);
      if (completed.length < startupTrials || (finite.length < 2 && !isLost)) return null;
      const ends = completed.map(({ final }) => final);
      const best = ends.reduce((least, final) => Math.min(least, final), Infinity);
      // A best value that has been reached already counts, whatever comes.
      const soFar = finite.reduce((least, point) => Math.min(least, point.loss), Infinity);
      if (reduce === "best" && soFar < best) return null;
      const end = Number.isFinite(trial.length) ? trial.length : longestOf(completed);
      if (step >= end) return null;
      const guesses = isLost ? [] : guessesOf(finite, { length: trial.length, end, completed });
      const probability = isLost ? 0 : probabilityBelow(guesses, best);
      if (!(probability < bound)) return null;
      return {
        action: "stop",
        rule: "curve-extrapolation",
        step,
        ...standing(reduce === "best" ? soFar : comparable(loss), ends),
        ...whenFinite("loss", loss),
        threshold: best,
        probability,
        facts: { expected: isLost ? null : expectedOf(guesses) },
      };
    },
  };
}

/** How long trials are when nobody says it. */
function longestOf(completed: Known["completed"]): number {
  return completed.reduce((longest, { points }) => Math.max(longest, points.at(-1)?.step ?? 0), 0);
}

interface Known {
  /** As declared. */
  readonly length: number;
  /** The step to foretell. */
  readonly end: number;
  readonly completed: readonly (Pick<TrialCurve, "points" | "length"> & { readonly final: number })[];
}

function guessesOf(points: readonly LossPoint[], { length, end, completed }: Known): StudentGuess[] {
  const recent = points.slice(-recentSteps);
  const peers = completed.flatMap(({ points: theirs, length: whole, final }): PeerCurve[] => {
    // What a training of another length did next is no measure.
    if (whole !== length) return [];
    const losses = recent.map(({ step }) => lossAtRung({ points: theirs }, step) ?? NaN);
    return losses.every(Number.isFinite) ? [{ recent: losses, final }] : [];
  });
  const own = extrapolateCurve(points, end).map((guess) => ({
    ...guess,
    weight: guess.weight * shapePeers,
  }));
  const peerGuess = guessFromPeers(
    recent.map(({ loss }) => loss),
    peers,
  );
  return peerGuess === null
    ? own
    : [...own, { ...peerGuess, weight: Math.min(shapePeers, peerGuess.weight) }];
}

function expectedOf(guesses: readonly StudentGuess[]): number {
  const total = guesses.reduce((sum, { weight }) => sum + weight, 0);
  return guesses.reduce((sum, { location, weight }) => sum + location * weight, 0) / total;
}
