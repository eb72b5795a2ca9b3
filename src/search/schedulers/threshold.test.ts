import { describe, expect, it } from "vitest";

import { curveFixture as curve, schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { createScheduler } from "./index.ts";

describe("threshold", () => {
  it("takes its bounds in the objective's own units", () => {
    const options = { min: 0.5, max: 0.9, warmupSteps: 2 };
    const scheduler = createScheduler({ name: "threshold", options }, { ...context, direction: "maximize" });
    const judge = (accuracy: number) => scheduler.judge(curve(0, [-1, -accuracy]), []);
    expect(judge(0.5)).toBeNull();
    expect(judge(0.9)).toBeNull();
    expect(judge(0.4)).toEqual({
      action: "stop",
      rule: "threshold",
      step: 2,
      loss: -0.4,
      threshold: -0.5,
      facts: { bound: "min" },
    });
    expect(judge(0.95)).toMatchObject({ threshold: -0.9, facts: { bound: "max" } });
    expect(scheduler.judge(curve(0, [0]), []), "before the warm-up").toBeNull();
  });

  it("without bounds stops only what is not a finite number", () => {
    const scheduler = createScheduler({ name: "threshold", options: {} }, context);
    expect(scheduler.judge(curve(0, [1e300]), [])).toBeNull();
    expect(scheduler.judge(curve(0, [NaN]), [])).toMatchObject({ action: "stop", facts: { bound: null } });
    expect(scheduler.judge(curve(0, [Infinity]), [])).toMatchObject({ action: "stop" });
  });
});
