import { describe, expect, it } from "vitest";

import { schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { createScheduler, schedulerNames } from "./index.ts";

describe("scheduler registry", () => {
  it("makes every scheduler that it names", () => {
    for (const name of schedulerNames) {
      expect(createScheduler({ name, options: {} }, context).name).toBe(name);
    }
  });

  it("suggests the nearest name for a wrong one", () => {
    expect(() => createScheduler({ name: "patiance", options: {} }, context)).toThrow(
      expect.objectContaining({
        code: "INVALID_USAGE",
        message: "unknown scheduler `patiance`; did you mean `patience`?",
      }),
    );
  });

  it("refuses an option that it does not have, and a value that it cannot have", () => {
    expect(() => createScheduler({ name: "patience", options: { step: 1 } }, context)).toThrow(
      /unknown option `step`; did you mean `steps`/,
    );
    expect(() => createScheduler({ name: "patience", options: { steps: 0 } }, context)).toThrow(
      /option `steps`: .*, got 0/,
    );
  });
});
