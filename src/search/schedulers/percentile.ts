/**
 * Stops a trial whose best value so far is worse than a percentile of what the completed trials had at the same step.
 *
 * @see Golovin et al. 2017, "Google Vizier: A Service for Black-Box Optimization", section 3.2.2, for the median rule, which there
 * compares with running averages; the exact rule is that of Optuna's `PercentilePruner`
 */
import { z } from "zod";

import type { LossPoint, Ruling } from "../trial/index.ts";
import { intervalStepAfter, isIntervalReached } from "./interval.ts";
import { standing, whenFinite } from "./rungs.ts";
import type { Scheduler, TrialCurve } from "./scheduler.ts";

export const medianOptions = z.object({
  /** No trial is stopped before so many have completed. */
  startupTrials: z.int().min(0).default(5),
  /** No trial is stopped before this step. */
  warmupSteps: z.int().min(0).default(0),
  /** Steps from one judgement to the next. */
  intervalSteps: z.int().min(1).default(1),
  /** No trial is stopped at a step that fewer completed trials have reported. */
  minTrials: z.int().min(1).default(1),
});

export const percentileOptions = medianOptions.extend({
  /** The share of the completed trials, in percent, that it has to be level with: 25 keeps the best quarter. */
  percentile: z.number().min(0).max(100).default(25),
});

export function createMedianScheduler(options: z.output<typeof medianOptions>): Scheduler {
  return percentileScheduler("median", { ...options, percentile: 50 });
}

export function createPercentileScheduler(options: z.output<typeof percentileOptions>): Scheduler {
  return percentileScheduler("percentile", options);
}

function percentileScheduler(name: string, options: z.output<typeof percentileOptions>): Scheduler {
  const { percentile, startupTrials, minTrials } = options;
  return {
    name,
    isOrderable: true,
    nextStep: (trial, step) => intervalStepAfter(options, trial.length, step),
    judge(trial, trials): Ruling | null {
      if (!isIntervalReached(options, trial)) return null;
      const completed = trials.filter(
        ({ number, state }) => state === "completed" && number !== trial.number,
      );
      if (completed.length < Math.max(1, startupTrials)) return null;
      const { step } = trial.points.at(-1)!;
      const best = bestLoss(trial.points);
      const others = lossesAt(completed, step);
      if (best < Infinity && others.length < minTrials) return null;
      const threshold = percentileOf(others, percentile);
      if (best <= threshold && best < Infinity) return null;
      return {
        action: "stop",
        rule: name,
        step,
        ...standing(best, others),
        ...whenFinite("loss", best),
        ...whenFinite("threshold", threshold),
        facts: { percentile, compared: "best" },
      };
    },
  };
}

/** Infinity when no value is finite. */
function bestLoss(points: readonly LossPoint[]): number {
  return points.reduce((best, { loss }) => (Number.isFinite(loss) && loss < best ? loss : best), Infinity);
}

/** What finite values the trials had at exactly this step. */
function lossesAt(trials: readonly TrialCurve[], step: number): number[] {
  return trials.flatMap(({ points }) => {
    const loss = points.find((point) => point.step === step)?.loss ?? NaN;
    return Number.isFinite(loss) ? [loss] : [];
  });
}

/** With linear interpolation between the two nearest; Infinity of none. @param percentile from 0 to 100 */
function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = ((sorted.length - 1) * percentile) / 100;
  const below = sorted[Math.floor(position)];
  if (below === undefined) return Infinity;
  const above = sorted[Math.ceil(position)]!;
  return below + (position - Math.floor(position)) * (above - below);
}
