import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../base/index.ts";
import type { Scheduler, TrialCurve } from "../search/schedulers/index.ts";
import { isFinished } from "../search/trial/index.ts";
import { curveFixture } from "./scheduler-fixture.ts";
import { simulateSchedule, type SimulationOptions } from "./simulate-schedule.ts";

export interface SchedulerContractOptions {
  create(): Scheduler;
}

const length = 27;
const maxTrials = 40;

/** Falling curves of different ends and speeds, with noise; every seventh turns into NaN, every eleventh fails. */
function randomCurve({ number }: Pick<TrialCurve, "number">, step: number): number | null {
  const random = new RandomStream(toSeed(7), "curve", number);
  const breakStep = 1 + random.integerBelow(length, 1);
  if (number % 11 === 10 && step >= breakStep) return null;
  if (number % 7 === 6 && step >= breakStep) return NaN;
  return random.uniform(2) + 2 / (1 + step * random.uniform(3)) + 0.05 * random.normal(100 + step);
}

function randomTrials(): TrialCurve[] {
  return Array.from({ length: 24 }, (_, number) => {
    const reported = 1 + ((number * 5) % length);
    const losses = Array.from({ length: reported }, (__, index) => randomCurve({ number }, index + 1) ?? NaN);
    const state = reported === length ? "completed" : number % 3 === 0 ? "stopped" : "running";
    return curveFixture(number, losses, {
      length,
      state,
      configuration: number - (number % 3),
      replicate: number % 3,
    });
  });
}

/** The trial as it was when it had come to a step. */
function at(trial: TrialCurve, step: number): TrialCurve {
  const points = trial.points.filter((point) => point.step <= step);
  return { ...trial, state: "running", points };
}

/** The laws of `Scheduler`, one test each, to be called inside a test file of every implementation. */
export function schedulerContract({ create }: SchedulerContractOptions): void {
  const simulate = (parts: Partial<SimulationOptions> = {}) =>
    simulateSchedule({ scheduler: create(), maxTrials, length, lossAt: randomCurve, ...parts });

  describe("scheduler contract", () => {
    it("purity: the same question has the same answer, in any order of the trials and of another instance", () => {
      const scheduler = create();
      const trials = randomTrials();
      for (const trial of trials) {
        for (const { step } of trial.points) {
          const asked = at(trial, step);
          const ruling = scheduler.judge(asked, trials);
          expect(scheduler.judge(asked, trials.toReversed())).toEqual(ruling);
          expect(create().judge(asked, trials)).toEqual(ruling);
        }
      }
    });

    it("stillness: steps to be judged come later than the one before, and at all others nothing is said", () => {
      const scheduler = create();
      const trials = randomTrials();
      for (const trial of trials) {
        for (let step = 0; step < trial.points.length; step++) {
          const next = scheduler.nextStep(trial, step);
          expect(next).toBeGreaterThan(step);
          if (next > step + 1) expect(scheduler.judge(at(trial, step + 1), trials)).toBeNull();
        }
      }
    });

    it("waiting: what pauses trials is not orderable, and settles what it pauses", () => {
      const { assign, settle, isOrderable } = create();
      expect(isOrderable ?? false).toBe(assign === undefined);
      expect(settle === undefined).toBe(assign === undefined);
    });

    it("order: a trial that has reported nothing changes nothing", () => {
      const scheduler = create();
      const trials = randomTrials();
      const more = [
        ...trials,
        curveFixture(90, [], { length }),
        curveFixture(91, [], { length, state: "waiting" }),
      ];
      for (const trial of trials) {
        for (const { step } of trial.points) {
          expect(scheduler.judge(at(trial, step), more)).toEqual(scheduler.judge(at(trial, step), trials));
        }
      }
    });

    it("record: a ruling names its rule and step and survives JSON", () => {
      const rulings = simulate({ workers: 3 }).trials.flatMap((trial) => trial.rulings);
      for (const ruling of rulings) {
        expect(JSON.parse(JSON.stringify(ruling))).toEqual(ruling);
        expect(ruling.rule).toBe(create().name);
      }
    });

    it.each([1, 4])("end: a study of %d workers comes to its end with every trial finished", (workers) => {
      const { trials } = simulate({ workers });
      expect(trials.length).toBeLessThanOrEqual(maxTrials);
      expect(trials.filter(({ state }) => !isFinished(state))).toEqual([]);
      for (const { points, parent } of trials) {
        const first = (parent?.step ?? 0) + 1;
        expect(points.map(({ step }) => step)).toEqual(points.map((_, index) => first + index));
      }
    });

    it("result: where no training breaks, one at least is trained in full", () => {
      const lossAt = ({ number }: { readonly number: number }, step: number) => (number % 5) + 1 / step;
      const { trials } = simulate({ workers: 2, lossAt });
      expect(trials.some(({ state }) => state === "completed")).toBe(true);
    });

    it("settling: what is out may be stopped at once or at the end", () => {
      const shape = (settlesAtOnce: boolean) =>
        simulate({ workers: 2, settlesAtOnce }).trials.map(({ points, state }) => [points.length, state]);
      expect(shape(false)).toEqual(shape(true));
    });

    it("a study whose trials do not say how long they are ends too, or is refused at once", () => {
      const isRefused = (): boolean => {
        try {
          create().nextStep({ number: 0, length: Infinity }, 0);
          return false;
        } catch (error) {
          expect(error).toMatchObject({ code: "INVALID_USAGE", hint: expect.any(String) });
          return true;
        }
      };
      if (isRefused()) return;
      const { trials } = simulate({ workers: 3, declaresLength: false });
      expect(trials.filter(({ state }) => !isFinished(state))).toEqual([]);
      for (const { points } of trials) expect(points.at(-1)?.step ?? 0).toBeLessThanOrEqual(length);
    });

    it("a study in which every trial fails, or has no finite value, ends too", () => {
      for (const loss of [null, NaN]) {
        const { trials } = simulate({ workers: 2, lossAt: () => loss });
        expect(trials.filter(({ state }) => !isFinished(state))).toEqual([]);
      }
    });
  });
}
