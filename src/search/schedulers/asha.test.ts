import { describe, expect, it } from "vitest";

import { curveFixture as curve, schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { createScheduler, type Scheduler, type TrialCurve } from "./index.ts";

const asha = (options: Record<string, string | number> = {}): Scheduler =>
  createScheduler({ name: "asha", options }, context);

describe("asha that stops", () => {
  it("judges at minSteps, minSteps * eta ... below the trial's length", () => {
    const stepsOf = (scheduler: Scheduler, length: number) => {
      const steps = [];
      for (let step = 0; (step = scheduler.nextStep({ number: 0, length }, step)) < Infinity;)
        steps.push(step);
      return steps;
    };
    expect(stepsOf(asha(), 81)).toEqual([1, 3, 9, 27]);
    expect(stepsOf(asha(), 82)).toEqual([1, 3, 9, 27, 81]);
    expect(stepsOf(asha({ minSteps: 2, eta: 4 }), 100)).toEqual([2, 8, 32]);
    expect(stepsOf(asha({ eta: 1.5 }), 10)).toEqual([1, 2, 3, 5, 7]);
    expect(stepsOf(asha({ maxSteps: 27 }), 81)).toEqual([1, 3, 9]);
    expect(stepsOf(asha(), 1)).toEqual([]);
  });

  it("follows the rank among arrivals: of less than eta only the best goes on, then the best floor(n / eta)", () => {
    // Worked by hand after Optuna's rule with eta 4: what goes on is the sorted value number max(1, floor(n / 4)).
    const arrivals = [5, 6, 4, 4, 3, 7, 3.5, 2, 2.5, 2.5];
    const goesOn = [true, false, true, true, true, false, false, true, true, true];
    const scheduler = asha({ eta: 4 });
    const arrived: TrialCurve[] = [];
    arrivals.forEach((loss, number) => {
      const trial = curve(number, [loss]);
      arrived.push(trial);
      expect(scheduler.judge(trial, arrived) === null, `arrival ${number}`).toBe(goesOn[number]);
    });
  });

  it("records rung, rank, of, loss and threshold with each stop", () => {
    const others = [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9].map((loss, number) =>
      curve(number, [9, 9, loss]),
    );
    expect(asha().judge(curve(8, [1, 1, 0.6]), others)).toEqual({
      action: "stop",
      rule: "asha",
      step: 3,
      rung: 1,
      rank: 6,
      of: 9,
      loss: 0.6,
      threshold: 0.3,
      facts: { goOn: 3 },
    });
  });

  it("a value that is not finite is worse than all others, also as the first of its rung", () => {
    const scheduler = asha();
    expect(scheduler.judge(curve(0, [NaN]), [])).toMatchObject({ action: "stop", rank: 1, of: 1 });
    expect(scheduler.judge(curve(0, [NaN]), [])).not.toHaveProperty("loss");
    expect(scheduler.judge(curve(1, [1e9]), [curve(0, [NaN])])).toBeNull();
    expect(scheduler.judge(curve(1, [-Infinity]), [curve(0, [1])])).toMatchObject({
      action: "stop",
      rank: 2,
    });
  });

  it("judges a trial that reports every second step at the first step behind a rung", () => {
    const points = [2, 4, 6].map((step) => ({ step, loss: 9 }));
    const trial = (count: number) => curve(1, [], { points: points.slice(0, count) });
    const others = [curve(0, [1, 1, 1, 1, 1, 1])];
    expect(asha().judge(trial(1), others)).toMatchObject({ rung: 0, step: 2 });
    expect(asha().judge(trial(2), others)).toMatchObject({ rung: 1, step: 4 });
    expect(asha().judge(trial(3), others)).toBeNull();
  });
});

describe("asha that promotes", () => {
  const promoting = asha({ mode: "promote", eta: 3 });
  const paused = (number: number, losses: readonly number[]) => curve(number, losses, { state: "paused" });
  const nine = [5, 1, 8, 3, 9, 2, 7, 6, 4].map((loss, number) => paused(number, [loss]));

  it("pauses every trial at each rung", () => {
    expect(promoting.judge(curve(0, [5]), [])).toMatchObject({ action: "pause", rung: 0, rank: 1, of: 1 });
    expect(promoting.judge(curve(0, [5, 4]), [])).toBeNull();
    expect(promoting.judge(curve(0, [5, 4, 3]), [])).toMatchObject({ action: "pause", rung: 1 });
    expect(promoting.judge(curve(0, [NaN]), [])).toMatchObject({ action: "stop" });
  });

  it("starts another trial while no rung has eta trials, and then promotes the best of each three", () => {
    const next = (count: number) => promoting.assign!({ trials: nine.slice(0, count), canStart: true });
    expect(next(0)).toEqual({ action: "start" });
    expect(next(2)).toEqual({ action: "start" });
    expect(next(3)).toEqual({
      action: "resume",
      number: 1,
      facts: { rung: 0, rank: 1, of: 3, goOn: 1 },
    });
  });

  it("a rung's own places are taken by those that went on from it", () => {
    // The best of six is on its way: one place of two is left, for the second best.
    const trials = nine
      .slice(0, 6)
      .map((trial) => (trial.number === 1 ? { ...trial, state: "running" as const } : trial));
    expect(promoting.assign!({ trials, canStart: true })).toMatchObject({ action: "resume", number: 5 });
    const both = trials.map((trial) =>
      trial.number === 5 ? { ...trial, state: "running" as const } : trial,
    );
    expect(promoting.assign!({ trials: both, canStart: true })).toEqual({ action: "start" });
  });

  it("looks at the highest rung first", () => {
    const trials = nine.map((trial) =>
      trial.points[0]!.loss <= 3 ? paused(trial.number, [9, 9, trial.points[0]!.loss]) : trial,
    );
    expect(
      promoting.assign!({
        trials: [...trials, paused(9, [0]), paused(10, [0]), paused(11, [0])],
        canStart: true,
      }),
    ).toMatchObject({ action: "resume", number: 1, facts: { rung: 1, rank: 1, of: 3 } });
  });

  it("waits for running trials when no trial can be started, trains one to its end, and ends", () => {
    const two = [curve(0, [2]), paused(1, [1])];
    expect(promoting.assign!({ trials: two, canStart: false })).toEqual({ action: "wait" });
    const both = [paused(0, [2]), paused(1, [1])];
    expect(promoting.assign!({ trials: both, canStart: false })).toEqual({
      action: "resume",
      number: 1,
      facts: { rung: 0, rank: 1, of: 2, goOn: 0, last: true },
    });
    const over = { trials: [both[0]!, curve(1, [1], { state: "completed" })], canStart: false };
    expect(promoting.assign!(over)).toMatchObject({ action: "end" });
    expect(promoting.settle!(over)).toEqual([
      {
        number: 0,
        ruling: {
          action: "stop",
          rule: "asha",
          step: 1,
          rung: 0,
          rank: 2,
          of: 2,
          loss: 2,
          facts: { goOn: 0 },
        },
      },
    ]);
    expect(promoting.settle!({ trials: both, canStart: true })).toEqual([]);
  });

  it("never promotes what has no finite value", () => {
    const trials = [0, 1, 2].map((number) => paused(number, [NaN]));
    expect(promoting.assign!({ trials, canStart: false })).toMatchObject({ action: "end" });
  });
});
