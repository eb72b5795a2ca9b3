/** Successive halving, Hyperband and ASHA against the tables of their papers, in simulated time. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { RandomStream, toSeed, type Json } from "../../base/index.ts";
import { schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { simulateSchedule, type Simulation } from "../../testing/simulate-schedule.ts";
import { createScheduler } from "./index.ts";

const make = (name: string, options: Readonly<Record<string, Json>> = {}) =>
  createScheduler({ name, options }, context);

/** A fixed loss per trial, all different. */
const lossOf = (number: number) => new RandomStream(toSeed(3), "loss", number).uniform(0);
const lossAt = ({ number }: { readonly number: number }) => lossOf(number);

/** How many trials trained for so many steps at least, for each number of steps that some trial stopped at. */
function table({ trials }: Pick<Simulation, "trials">): Record<number, number> {
  const lengths = trials.map(({ points }) => points.length);
  return Object.fromEntries(
    [...new Set(lengths)].map((steps) => [steps, lengths.filter((n) => n >= steps).length]),
  );
}

describe("successive-halving", () => {
  it.each([1, 3, 81, 500])(
    "halves 81 trials to 27, 9, 3 and 1 as in the paper, with %d workers",
    (workers) => {
      const scheduler = make("successive-halving");
      const simulation = simulateSchedule({ scheduler, maxTrials: 81, length: 81, lossAt, workers });
      expect(table(simulation)).toEqual({ 1: 81, 3: 27, 9: 9, 27: 3, 81: 1 });
      expect(simulation.steps).toBe(81 + 2 * 27 + 6 * 9 + 18 * 3 + 54);
      const best = simulation.trials.map(({ number }) => number).toSorted((a, b) => lossOf(a) - lossOf(b));
      expect(simulation.trials.find(({ state }) => state === "completed")!.number).toBe(best[0]);
      expect(simulation.message).toBe("successive-halving: every bracket is complete.");
    },
  );

  it("begins another bracket while a rung waits, and gives the same trials with any number of workers", () => {
    const run = (workers: number) => {
      const scheduler = make("successive-halving", { trials: 9, minSteps: 3 });
      const secondsPerStep = (number: number) => 1 + (number % 4);
      return simulateSchedule({ scheduler, maxTrials: 25, length: 27, lossAt, workers, secondsPerStep });
    };
    const lengths = (workers: number) => run(workers).trials.map(({ points }) => points.length);
    // Two brackets of nine, and seven trials of a third, of which floor(7 / 3) and then none go on.
    expect(table(run(1))).toEqual({ 3: 25, 9: 8, 27: 2 });
    expect(lengths(8)).toEqual(lengths(1));
    expect(run(8).seconds).toBeLessThan(run(1).seconds / 3);
  });

  it("a trial that fails counts as the worst of its rung, and the rung does not wait for it", () => {
    const scheduler = make("successive-halving", { trials: 3, minSteps: 2 });
    const { trials } = simulateSchedule({
      scheduler,
      maxTrials: 3,
      length: 6,
      lossAt: ({ number }, step) => (number === 0 && step === 2 ? null : 3 - number),
    });
    expect(trials.map(({ state }) => state)).toEqual(["failed", "stopped", "completed"]);
    expect(trials[1]!.ruling).toEqual({
      action: "stop",
      rule: "successive-halving",
      step: 2,
      rung: 0,
      bracket: 0,
      rank: 2,
      of: 3,
      loss: 2,
      threshold: 1,
      facts: { goOn: 1 },
    });
  });

  it("a first bracket that the budget cuts short still brings one trial to its end", () => {
    const scheduler = make("successive-halving", { trials: 81 });
    const { trials } = simulateSchedule({ scheduler, maxTrials: 5, length: 81, lossAt });
    expect(table({ trials })).toEqual({ 1: 5, 81: 1 });
  });
});

describe("hyperband", () => {
  /** Table 1 of the paper, R = 81 and eta = 3: by bracket, trials at steps. */
  const paper = [
    { label: 4, size: 81, rungs: { 1: 81, 3: 27, 9: 9, 27: 3, 81: 1 } },
    { label: 3, size: 34, rungs: { 3: 34, 9: 11, 27: 3, 81: 1 } },
    { label: 2, size: 15, rungs: { 9: 15, 27: 5, 81: 1 } },
    { label: 1, size: 8, rungs: { 27: 8, 81: 2 } },
    { label: 0, size: 5, rungs: { 81: 5 } },
  ];

  it.each([1, 16])("has the brackets of the paper's table, with %d workers", (workers) => {
    const total = 81 + 34 + 15 + 8 + 5;
    const scheduler = make("hyperband");
    const simulation = simulateSchedule({ scheduler, maxTrials: total, length: 81, lossAt, workers });
    let first = 0;
    for (const { label, size, rungs } of paper) {
      const trials = simulation.trials.slice(first, first + size);
      expect(table({ trials }), `bracket ${label}`).toEqual(rungs);
      expect(new Set(trials.flatMap(({ rulings }) => rulings.map((ruling) => ruling.bracket)))).toEqual(
        new Set(label === 0 ? [] : [label]),
      );
      first += size;
    }
  });

  it("needs the length of a full training, from the study or as `maxSteps`", () => {
    expect(() => make("hyperband").nextStep({ number: 0, length: Infinity }, 0)).toThrow(
      expect.objectContaining({
        code: "INVALID_USAGE",
        message:
          "scheduler `hyperband`: `maxSteps` must be given where the study does not say how long a trial is, got none.",
      }),
    );
    expect(make("hyperband", { maxSteps: 81 }).nextStep({ number: 0, length: Infinity }, 1)).toBe(3);
  });

  it("begins with the first bracket again after the last", () => {
    const scheduler = make("hyperband", { minSteps: 3 });
    // R = 9: brackets of 3 trials from 3 steps and of 2 from 9.
    const { trials } = simulateSchedule({ scheduler, maxTrials: 10, length: 9, lossAt });
    const first = [trials.slice(0, 3), trials.slice(5, 8)];
    for (const bracket of first) expect(table({ trials: bracket })).toEqual({ 3: 3, 9: 1 });
    for (const bracket of [trials.slice(3, 5), trials.slice(8)])
      expect(table({ trials: bracket })).toEqual({ 9: 2 });
  });

  it("deals trials to asynchronous brackets by the same shares, few as well as many", () => {
    const scheduler = make("hyperband", { mode: "asynchronous" });
    const firstRung = (number: number) => scheduler.nextStep({ number, length: 81 }, 0);
    const counts = (total: number) => {
      const steps = Array.from({ length: total }, (_, number) => firstRung(number));
      return [1, 3, 9, 27, Infinity].map((step) => steps.filter((first) => first === step).length);
    };
    expect(counts(143)).toEqual([81, 34, 15, 8, 5]);
    expect(counts(286)).toEqual([162, 68, 30, 16, 10]);
    expect(counts(29)).toEqual([16, 7, 3, 2, 1]);
  });

  it("compares only within an asynchronous bracket, and stops on arrival", () => {
    const scheduler = make("hyperband", { mode: "asynchronous" });
    const { trials } = simulateSchedule({ scheduler, maxTrials: 143, length: 81, lossAt, workers: 4 });
    for (const { rulings } of trials) expect(rulings.every(({ action }) => action === "stop")).toBe(true);
    const [least, most] = [4, 3].map((label) =>
      trials.flatMap(({ rulings }) => rulings.filter(({ bracket }) => bracket === label)),
    );
    expect(Math.max(...least!.map(({ of }) => of!))).toBeLessThanOrEqual(81);
    expect(Math.max(...most!.map(({ of }) => of!))).toBeLessThanOrEqual(34);
    expect(Math.min(...most!.map(({ step }) => step))).toBe(3);
  });
});

describe("asha that promotes, in simulated time", () => {
  const told = (simulation: Simulation) =>
    simulation.events.map(({ assignment }) =>
      assignment.action === "resume" ? `${assignment.number}` : assignment.action,
    );

  it("with one worker promotes as soon as a rung allows it, before it starts another trial", () => {
    // eta 3, rungs at 1, 3 and 9 of 27 steps, the first trials the best: each three trials fill one place of the rung below.
    const simulation = simulateSchedule({
      scheduler: make("asha", { mode: "promote" }),
      maxTrials: 9,
      length: 27,
      lossAt: ({ number }) => number,
    });
    expect(told(simulation).join(" ")).toBe(
      "start start start 0 start start start 1 start start start 2 0 0 end",
    );
    expect(simulation.trials.map(({ points }) => points.length)).toEqual([27, 3, 3, 1, 1, 1, 1, 1, 1]);
    expect(simulation.trials.map(({ state }) => state)).toEqual([
      "completed",
      ...Array.from({ length: 8 }, () => "stopped"),
    ]);
  });

  it("promotes a better trial that comes later, also when the places of its rung were taken before", () => {
    const simulation = simulateSchedule({
      scheduler: make("asha", { mode: "promote" }),
      maxTrials: 4,
      length: 9,
      lossAt: ({ number }) => 10 - number,
    });
    expect(told(simulation)).toEqual(["start", "start", "start", "2", "start", "3", "3", "end"]);
  });

  it("promotes only from the best floor(n / eta), judges at each rung once, ends when nothing can be promoted", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 1000 }),
        (maxTrials, eta, workers, seed) => {
          const { trials, events } = simulateSchedule({
            scheduler: make("asha", { mode: "promote", eta }),
            maxTrials,
            length: eta ** 3,
            workers,
            secondsPerStep: (number) => 1 + (number % 3),
            lossAt: ({ number }, step) => new RandomStream(toSeed(seed), number).uniform(step),
          });
          for (const { assignment } of events) {
            if (assignment.action !== "resume" || "last" in assignment.facts) continue;
            const { rank, of, goOn } = assignment.facts as Record<string, number>;
            expect(goOn).toBe(Math.floor(of! / eta));
            expect(rank).toBeLessThanOrEqual(goOn!);
          }
          for (const rung of [0, 1, 2]) {
            const step = eta ** rung;
            const arrived = trials
              .filter(({ points }) => points.length >= step)
              .toSorted((a, b) => a.points[step - 1]!.loss - b.points[step - 1]!.loss);
            const best = arrived.slice(0, Math.floor(arrived.length / eta));
            expect(best.every(({ points }) => points.length > step)).toBe(true);
          }
          for (const { points, rulings } of trials) {
            const judged = rulings.filter(({ action }) => action === "pause").map(({ rung }) => rung);
            expect(judged).toEqual([0, 1, 2].filter((rung) => points.length >= eta ** rung));
          }
          expect(trials.some(({ state }) => state === "completed")).toBe(true);
        },
      ),
      { numRuns: 60, seed: 20_260_801 },
    );
  });
});
