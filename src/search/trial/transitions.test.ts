import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { canTransition, checkTransition, isFinished, trialStates } from "./transitions.ts";

/** The graph as the design draws it, written down a second time. */
const drawn = [
  "waiting>running",
  "running>completed",
  "running>stopped",
  "running>failed",
  "running>paused",
  "running>waiting",
  "paused>running",
  "paused>stopped",
];

describe("trial states", () => {
  it("any sequence of requests walks only along the drawn ways, and never leaves a finished state", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...trialStates), { maxLength: 30 }), (requests) => {
        let state: (typeof trialStates)[number] = "waiting";
        for (const request of requests) {
          const isDrawn = drawn.includes(`${state}>${request}`);
          expect(canTransition(state, request)).toBe(isDrawn);
          if (isFinished(state)) expect(isDrawn).toBe(false);
          if (isDrawn) {
            checkTransition(state, request, 0);
            state = request;
          } else {
            expect(() => checkTransition(state, request, 0)).toThrow(
              expect.objectContaining({ code: "INVALID_TRANSITION" }),
            );
          }
        }
      }),
    );
  });

  it("names what would have been allowed", () => {
    expect(() => checkTransition("waiting", "completed", 3)).toThrow(
      "trial 3: `waiting` can be followed by `running`, got `completed`.",
    );
    expect(() => checkTransition("failed", "running", 3)).toThrow(/can be followed by nothing/);
  });
});
