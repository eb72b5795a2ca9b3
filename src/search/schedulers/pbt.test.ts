import { describe, expect, it } from "vitest";

import { schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { simulateSchedule, type SimulationOptions } from "../../testing/simulate-schedule.ts";
import { createScheduler, type TrialCurve } from "./index.ts";

const make = (options: Record<string, number> = {}) =>
  createScheduler({ name: "pbt", options: { population: 4, intervalSteps: 2, ...options } }, context);

/** Each member learns by its own rate from what its parent had: a small model of weights that are inherited. */
const heights = new Map<number, number>();
const rateOf = (number: number) => [0.1, 0.4, 0.2, 0.3, 0.5, 0.05, 0.6][number % 7]!;
function lossAt({ number, parent }: Pick<TrialCurve, "number" | "parent">, step: number): number {
  const inherited = parent === null ? 0 : (heights.get(parent.number * 1000 + parent.step) ?? 0);
  const height = inherited + rateOf(number) * (step - (parent?.step ?? 0));
  heights.set(number * 1000 + step, height);
  return 10 - height;
}

const simulate = (parts: Partial<SimulationOptions> = {}) =>
  simulateSchedule({ scheduler: make(), maxTrials: 12, length: 8, lossAt, ...parts });

describe("pbt", () => {
  it("replaces the worst quarter at every interval by children of the best quarter", () => {
    // Intervals at 2, 4 and 6 of 8 steps. Rates .1 .4 .2 .3: trial 0 is worst at 2, trial 1 best.
    const { trials, message } = simulate();
    expect(trials).toHaveLength(7);
    expect(trials[4]!.parent).toEqual({ number: 1, step: 2 });
    // At step 4: 0.8 of trial 2 is worst; trial 4 has 0.8 + 2 * 0.5 and leads trial 1 with 1.6.
    expect(trials[5]!.parent).toEqual({ number: 4, step: 4 });
    // At step 6: trial 3 has 1.8 and is worst; trial 4 has 2.8 and leads 2.4 of trial 1 and 1.9 of trial 5.
    expect(trials[6]!.parent).toEqual({ number: 4, step: 6 });
    expect(trials.map(({ state }) => state).join(" ")).toBe(
      "stopped completed stopped stopped completed completed completed",
    );
    expect(message).toBe("pbt: every member of the population has come to its end.");
    expect(trials[0]!.ruling).toMatchObject({
      action: "stop",
      rank: 4,
      of: 4,
      step: 2,
      facts: { generation: 1, child: 4 },
    });
  });

  it("is the same with any number of workers, and with trials that need longer", () => {
    const shape = (parts: Partial<SimulationOptions>) =>
      simulate(parts).trials.map(({ parent, points, state }) => ({ parent, state, steps: points.length }));
    expect(shape({ workers: 4 })).toEqual(shape({}));
    expect(shape({ workers: 3, secondsPerStep: (number) => 1 + (number % 3) })).toEqual(shape({}));
  });

  it("keeps the population at its size", () => {
    const { trials } = simulate({
      scheduler: make({ population: 8, share: 0.25 }),
      maxTrials: 100,
      workers: 3,
    });
    // Two of eight at each of three intervals.
    expect(trials).toHaveLength(8 + 3 * 2);
    expect(trials.filter(({ state }) => state === "completed")).toHaveLength(8);
    for (const step of [1, 3, 5, 7]) {
      expect(trials.filter(({ points }) => points.some((point) => point.step === step))).toHaveLength(8);
    }
  });

  it("draws parents from the best share by the seed alone", () => {
    const parentsWith = (seed: string) => {
      const options = { population: 16, intervalSteps: 2, share: 0.5 };
      const scheduler = createScheduler({ name: "pbt", options }, { ...context, seed });
      return simulate({ scheduler, maxTrials: 100, lossAt: ({ number }) => number })
        .trials.filter(({ parent }) => parent?.step === 2)
        .map(({ parent }) => parent!.number);
    };
    expect(parentsWith("1")).toEqual(parentsWith("1"));
    expect(parentsWith("1")).not.toEqual(parentsWith("2"));
    expect(Math.max(...parentsWith("1"))).toBeLessThan(8);
    expect(new Set(parentsWith("1")).size).toBeGreaterThan(2);
  });

  it("when no child can be started, the worst goes on", () => {
    const { trials } = simulate({ maxTrials: 5 });
    expect(trials).toHaveLength(5);
    expect(trials[4]!.parent).toEqual({ number: 1, step: 2 });
    expect(trials.filter(({ state }) => state === "completed")).toHaveLength(4);
  });

  it("replaces a member that fails or has no finite value, however many", () => {
    const broken = new Set([0, 2]);
    const { trials } = simulate({
      lossAt: (trial, step) =>
        !broken.has(trial.number) || step < 2 ? lossAt(trial, step) : trial.number === 0 ? null : NaN,
    });
    expect(
      trials
        .slice(0, 4)
        .map(({ state }) => state)
        .filter((state) => state === "failed"),
    ).toHaveLength(1);
    expect(trials.filter(({ parent }) => parent?.step === 2)).toHaveLength(2);
    expect(trials.filter(({ state }) => state === "completed")).toHaveLength(4);
  });

  it("leaves trials alone that are no members", () => {
    const outsider = { number: 9, state: "running", points: [{ step: 2, loss: 1 }], length: 8 } as const;
    const trial = { ...outsider, configuration: 9, replicate: 0, ruling: null, parent: null };
    expect(make().judge(trial, [])).toBeNull();
  });
});
