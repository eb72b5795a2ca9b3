import { describe, expect, it } from "vitest";

import { curveFixture as curve, schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { createScheduler } from "./index.ts";

const patience = (options: Record<string, number>) => createScheduler({ name: "patience", options }, context);

describe("patience", () => {
  it("ends a trial, which counts, when it has not improved for so many steps", () => {
    const scheduler = patience({ steps: 3 });
    expect(scheduler.judge(curve(0, [5, 4, 4, 5]), [])).toBeNull();
    expect(scheduler.judge(curve(0, [5, 4, 4, 5, 6]), [])).toEqual({
      action: "complete",
      rule: "patience",
      step: 5,
      loss: 6,
      threshold: 4,
      facts: { bestStep: 2 },
    });
    expect(scheduler.judge(curve(0, [5, 4, 4, 5, 3]), [])).toBeNull();
  });

  it("takes less than minDelta, and what is not finite, for no improvement", () => {
    expect(patience({ steps: 2, minDelta: 0.5 }).judge(curve(0, [5, 4.8, 4.6]), [])).toMatchObject({
      threshold: 4.5,
      facts: { bestStep: 1 },
    });
    expect(patience({ steps: 2 }).judge(curve(0, [NaN, NaN]), [])).toMatchObject({
      facts: { bestStep: null },
    });
  });
});
