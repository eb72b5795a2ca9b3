import { describe, expect, it } from "vitest";

import { curveFixture as curve, schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { createScheduler } from "./index.ts";
import { wandbBands } from "./wandb-hyperband.ts";

const make = (options: Record<string, number | boolean>) =>
  createScheduler({ name: "wandb-hyperband", options }, context);

describe("bands", () => {
  it("are minIter times powers of eta, cut to whole numbers", () => {
    expect(wandbBands({ minIter: 3, s: 1, eta: 3 }).slice(0, 4)).toEqual([3, 9, 27, 81]);
    expect(wandbBands({ minIter: 1, s: 1, eta: 1.5 }).slice(0, 6)).toEqual([1, 1, 2, 3, 5, 7]);
  });

  it("are maxIter divided s times by eta while at least 1", () => {
    expect(wandbBands({ minIter: 1, maxIter: 27, s: 2, eta: 3 })).toEqual([3, 9]);
    expect(wandbBands({ minIter: 1, maxIter: 50, s: 3, eta: 3 })).toEqual([1, 5, 16]);
    expect(wandbBands({ minIter: 1, maxIter: 5, s: 9, eta: 2 })).toEqual([1, 2]);
  });
});

describe("wandb-hyperband", () => {
  const others = [
    curve(0, [10, 9], { state: "completed" }),
    curve(1, [10, 8, 8], { state: "failed" }),
    curve(2, [10, 7, 7]),
    curve(3, [10, 6, 6], { state: "stopped" }),
  ];

  it("stops what is above the value in place floor(n / eta) of all that passed the band, in whatever state", () => {
    // Bands 1 and 2 of maxIter 5, eta 2; at band 2 the values 6, 7, 8, 9, 10 and the threshold in place floor(5 / 2): 8.
    const scheduler = make({ maxIter: 5, s: 2, eta: 2 });
    expect(scheduler.judge(curve(4, [10, 10]), others)).toEqual({
      action: "stop",
      rule: "wandb-hyperband",
      step: 2,
      rung: 1,
      rank: 5,
      of: 5,
      loss: 10,
      threshold: 8,
      facts: { band: 2, compared: "band" },
    });
    expect(scheduler.judge(others[1]!, [...others, curve(4, [10, 10])]), "8 is not above 8").toBeNull();
  });

  it("counts logged finite values, not steps", () => {
    const points = [NaN, 10, NaN, 10].map((loss, index) => ({ step: 10 * index, loss }));
    const scheduler = make({ maxIter: 5, s: 2, eta: 2 });
    expect(scheduler.judge(curve(4, [], { points: points.slice(0, 3) }), others)).toBeNull();
    expect(scheduler.judge(curve(4, [], { points }), others)).toMatchObject({ step: 30, facts: { band: 2 } });
  });

  it("compares the best value so far unless strict, and looks again with every value", () => {
    const late = curve(4, [10, 10, 1]);
    expect(make({ maxIter: 5, s: 2, eta: 2 }).judge(late, others)).toMatchObject({ loss: 10 });
    expect(make({ maxIter: 5, s: 2, eta: 2, strict: false }).judge(late, others)).toBeNull();
    expect(make({}).nextStep({ number: 0, length: 9 }, 4)).toBe(5);
  });
});
