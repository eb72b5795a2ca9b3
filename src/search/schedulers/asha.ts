import { z } from "zod";

import {
  isAnyUnderWay,
  pauseAtRung,
  promote,
  promoteBest,
  settleBracket,
  stopAtRung,
  type Bracket,
} from "./bracket.ts";
import { rungSteps, stepAfter } from "./rungs.ts";
import type { AssignOptions, Assignment, Scheduler } from "./scheduler.ts";

export const ashaOptions = z.object({
  /** stop: a trial is judged when it comes to a rung. promote: it pauses there, and the best are resumed. */
  mode: z.enum(["stop", "promote"]).default("stop"),
  /** The first rung, in steps. */
  minSteps: z.int().min(1).default(1),
  /** The best 1 / eta of each rung go on, to eta times as many steps. */
  eta: z.number().gt(1).default(3),
  /** Rungs are below this. Defaults to the trial's length. */
  maxSteps: z.int().min(1).exactOptional(),
});

/**
 * Asynchronous successive halving: rungs at minSteps, minSteps * eta ..., from each of which the best 1 / eta go on.
 *
 * *Differs from the paper:* the number of trials is bounded, so the bottom rung stops growing. When nothing can be promoted, no
 * trial can be started and none has been trained in full, the best paused one of the highest rung is trained on.
 *
 * @see Li et al. 2020, "A System for Massively Parallel Hyperparameter Tuning"
 */
export function createAshaScheduler({
  mode,
  minSteps,
  eta,
  maxSteps,
}: z.output<typeof ashaOptions>): Scheduler {
  const bracket: Bracket = {
    rule: "asha",
    eta,
    steps: (length) => rungSteps(minSteps, eta, maxSteps ?? length).filter((step) => step < length),
  };
  const shared = {
    name: "asha",
    nextStep: ({ length }, step) => stepAfter(bracket.steps(length), step),
  } satisfies Partial<Scheduler>;
  if (mode === "stop") {
    return { ...shared, isOrderable: true, judge: (trial, trials) => stopAtRung(trial, trials, bracket) };
  }
  return {
    ...shared,
    judge: (trial, trials) => pauseAtRung(trial, trials, bracket),
    assign: (options) => assignOf(options, bracket),
    settle: (options) =>
      assignOf(options, bracket).action === "end" ? settleBracket(options.trials, bracket) : [],
  };
}

function assignOf({ trials, canStart }: AssignOptions, bracket: Bracket): Assignment {
  const promotion = promote(trials, bracket);
  if (promotion !== null) return promotion;
  if (canStart) return { action: "start" };
  if (isAnyUnderWay(trials)) return { action: "wait" };
  const last = trials.some(({ state }) => state === "completed") ? null : promoteBest(trials, bracket);
  return last ?? { action: "end", message: "asha: no trial can be started and none can be promoted." };
}
