import { describe, expect, it } from "vitest";

import { curveFixture as curve, schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { createScheduler, type TrialCurve } from "./index.ts";

const median = (options: Record<string, number> = {}) =>
  createScheduler({ name: "median", options: { startupTrials: 0, ...options } }, context);
const completed = (number: number, losses: readonly number[]): TrialCurve =>
  curve(number, losses, { state: "completed" });
/** Medians 5, 4, 3 at the steps 1, 2, 3. */
const four = [
  completed(0, [4, 3, 1]),
  completed(1, [5, 4, 2]),
  completed(2, [5, 4, 4]),
  completed(3, [6, 6, 6]),
];

describe("median", () => {
  it("stops a trial whose best value so far is worse than the median at this step", () => {
    expect(median().judge(curve(4, [5.5]), four)).toEqual({
      action: "stop",
      rule: "median",
      step: 1,
      rank: 4,
      of: 5,
      loss: 5.5,
      threshold: 5,
      facts: { percentile: 50, compared: "best" },
    });
    expect(median().judge(curve(4, [5]), four), "equal goes on").toBeNull();
    expect(median().judge(curve(4, [5, 9]), four), "the best so far is 5, the median 4").not.toBeNull();
    expect(median().judge(curve(4, [3, 9, 9]), four), "the best so far is 3, the median 3").toBeNull();
  });

  it("compares with completed trials that reported this very step, once there are enough of both", () => {
    const bad = curve(4, [9]);
    expect(median().judge(bad, [curve(0, [1]), curve(1, [1], { state: "stopped" })])).toBeNull();
    expect(median({ startupTrials: 5 }).judge(bad, four)).toBeNull();
    expect(median({ startupTrials: 4 }).judge(bad, four)).not.toBeNull();
    expect(median({ minTrials: 5 }).judge(bad, four)).toBeNull();
    expect(median().judge(curve(4, [9, 9, 9, 9]), four), "nobody came to step 4").toBeNull();
  });

  it("a trial without any finite value is worse than every median, and others' are passed over", () => {
    expect(median().judge(curve(4, [NaN]), four)).toMatchObject({ action: "stop", rank: 5, of: 5 });
    expect(median().judge(curve(4, [2]), [completed(0, [NaN]), completed(1, [1])])).toMatchObject({
      threshold: 1,
    });
  });

  it("judges after the warm-up, at the first report of each interval, and never at the last step", () => {
    const scheduler = median({ warmupSteps: 4, intervalSteps: 3 });
    const next = (step: number) => scheduler.nextStep({ number: 0, length: 12 }, step);
    expect([0, 3, 4, 5, 7, 9, 10].map(next)).toEqual([4, 4, 7, 7, 10, 10, Infinity]);
    const every = median({ intervalSteps: 5 });
    expect([0, 1, 4, 5].map((step) => every.nextStep({ number: 0, length: 12 }, step))).toEqual([
      1, 5, 5, 10,
    ]);
    const bad = (steps: readonly number[]) =>
      curve(9, [], { points: steps.map((step) => ({ step, loss: 99 })) });
    const others = [
      completed(
        0,
        Array.from({ length: 12 }, () => 1),
      ),
    ];
    expect(scheduler.judge(bad([3]), others)).toBeNull();
    expect(scheduler.judge(bad([3, 5]), others), "the first in the interval from 4").not.toBeNull();
    expect(scheduler.judge(bad([3, 5, 6]), others)).toBeNull();
  });
});

describe("percentile", () => {
  it("interpolates between the two nearest values", () => {
    const quarter = createScheduler({ name: "percentile", options: { startupTrials: 0 } }, context);
    // 25 % of 1, 2, 4, 6 is 1.75.
    expect(quarter.judge(curve(4, [9, 9, 1.76]), four)).toMatchObject({
      rule: "percentile",
      threshold: 1.75,
    });
    expect(quarter.judge(curve(4, [9, 9, 1.75]), four)).toBeNull();
  });

  it("refuses a percentile that is none", () => {
    expect(() => createScheduler({ name: "percentile", options: { percentile: 101 } }, context)).toThrow(
      /option `percentile`: .*, got 101/,
    );
  });
});
