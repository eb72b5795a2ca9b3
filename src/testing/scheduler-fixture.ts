import type { SchedulerContext, TrialCurve } from "../search/schedulers/index.ts";

/** A study that schedulers can be made for. */
export const schedulerContext: SchedulerContext = {
  seed: "1",
  study: "fixture",
  direction: "minimize",
  reduce: "last",
};

/**
 * A trial that has reported these losses at steps 1, 2 ...; a running one of 100 steps and a configuration of its own unless
 * `parts` say otherwise.
 */
export function curveFixture(
  number: number,
  losses: readonly number[],
  parts: Partial<TrialCurve> = {},
): TrialCurve {
  return {
    number,
    state: "running",
    points: losses.map((loss, index) => ({ step: index + 1, loss })),
    length: 100,
    configuration: number,
    replicate: 0,
    ruling: null,
    parent: null,
    ...parts,
  };
}
