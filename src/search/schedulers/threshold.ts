import { z } from "zod";

import type { Ruling } from "../trial/index.ts";
import { intervalStepAfter, isIntervalReached } from "./interval.ts";
import { whenFinite } from "./rungs.ts";
import type { Scheduler, SchedulerContext } from "./scheduler.ts";

export const thresholdOptions = z.object({
  /** Stops what is below, in the objective's own units. Absent: no bound. */
  min: z.number().exactOptional(),
  /** Stops what is above, in the objective's own units. Absent: no bound. */
  max: z.number().exactOptional(),
  /** No trial is stopped before this step. */
  warmupSteps: z.int().min(0).default(0),
  /** Steps from one judgement to the next. */
  intervalSteps: z.int().min(1).default(1),
});

/** Stops a trial whose objective leaves its bounds, or is not a finite number. */
export function createThresholdScheduler(
  options: z.output<typeof thresholdOptions>,
  { direction }: SchedulerContext,
): Scheduler {
  const { min = -Infinity, max = Infinity } = options;
  const sign = direction === "maximize" ? -1 : 1;
  return {
    name: "threshold",
    isOrderable: true,
    nextStep: ({ length }, step) => intervalStepAfter(options, length, step),
    judge(trial): Ruling | null {
      if (!isIntervalReached(options, trial)) return null;
      const { step, loss } = trial.points.at(-1)!;
      const value = sign * loss;
      if (value >= min && value <= max && Number.isFinite(value)) return null;
      const bound = value < min ? "min" : value > max ? "max" : null;
      return {
        action: "stop",
        rule: "threshold",
        step,
        ...whenFinite("loss", loss),
        ...whenFinite("threshold", bound === null ? NaN : sign * (bound === "min" ? min : max)),
        facts: { bound },
      };
    },
  };
}
