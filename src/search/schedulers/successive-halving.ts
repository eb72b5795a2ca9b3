import { z } from "zod";

import { fullLength, rungSteps } from "./rungs.ts";
import type { Scheduler } from "./scheduler.ts";
import { createSynchronousScheduler } from "./synchronous-brackets.ts";

export const successiveHalvingOptions = z.object({
  /** How many trials a bracket starts with. Defaults to eta to the number of rungs, of which one comes to its end. */
  trials: z.int().min(1).exactOptional(),
  /** The first rung, in steps. */
  minSteps: z.int().min(1).default(1),
  /** The best 1 / eta of each rung go on, to eta times as many steps. */
  eta: z.number().gt(1).default(3),
  /** Rungs are below this. Defaults to the trial's length; has to be given when that is not known. */
  maxSteps: z.int().min(1).exactOptional(),
});

/**
 * Synchronous successive halving: the first `trials` trials are a bracket, the next so many another; each rung waits for all.
 *
 * @see Jamieson, Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization"; Li et al. 2020, "A
 * System for Massively Parallel Hyperparameter Tuning", algorithm 1
 */
export function createSuccessiveHalvingScheduler(
  options: z.output<typeof successiveHalvingOptions>,
): Scheduler {
  const { minSteps, eta, maxSteps } = options;
  return createSynchronousScheduler({
    name: "successive-halving",
    eta,
    bracketOf({ number, length }) {
      const steps = rungSteps(minSteps, eta, fullLength("successive-halving", maxSteps, length)).filter(
        (step) => step < length,
      );
      const size = options.trials ?? Math.ceil(eta ** steps.length - 1e-9);
      const ordinal = Math.floor(number / size);
      return { ordinal, label: ordinal, size, steps };
    },
  });
}
