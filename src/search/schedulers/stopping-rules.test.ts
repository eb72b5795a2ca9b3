import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { schedulerContext } from "../../testing/scheduler-fixture.ts";
import { simulateSchedule } from "../../testing/simulate-schedule.ts";
import type { SchedulerChoice } from "../trial/index.ts";
import { createScheduler } from "./index.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/stopping-rules.json", import.meta.url), "utf8"),
) as {
  readonly versions: { readonly optuna: string };
  readonly curves: readonly (readonly (number | null)[])[];
  readonly rules: readonly SchedulerChoice[];
  readonly steps: readonly (readonly number[])[];
};

describe(`stopping rules, as Optuna ${golden.versions.optuna} has them`, () => {
  it.each(golden.rules.map((rule, index) => ({ ...rule, steps: golden.steps[index]! })))(
    "$name $options stops each curve after the same step",
    ({ name, options, steps }) => {
      const { trials } = simulateSchedule({
        scheduler: createScheduler({ name, options }, schedulerContext),
        maxTrials: golden.curves.length,
        length: golden.curves[0]!.length,
        lossAt: ({ number }, step) => golden.curves[number]![step - 1] ?? NaN,
      });
      expect(trials.map(({ points }) => points.length)).toEqual(steps);
      expect(new Set(steps).size).toBeGreaterThan(1);
    },
  );
});
