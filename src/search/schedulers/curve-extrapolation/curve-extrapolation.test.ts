import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { curveFixture as curve, schedulerContext as context } from "../../../testing/scheduler-fixture.ts";
import { simulateSchedule } from "../../../testing/simulate-schedule.ts";
import { createScheduler, type TrialCurve } from "../index.ts";
import { extrapolateCurve } from "./extrapolate-curve.ts";
import { guessFromPeers } from "./peer-guess.ts";
import { probabilityBelow } from "./student-mixture.ts";

const length = 27;
const make = (options: Record<string, number> = {}) =>
  createScheduler({ name: "curve-extrapolation", options }, context);
const steps = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const points = (count: number, lossAt: (step: number) => number) =>
  steps(count).map((step) => ({ step, loss: lossAt(step) }));

/** The middle of a mixture, by bisection. */
function medianOf(guesses: ReturnType<typeof extrapolateCurve>): number {
  let [low, high] = [-10, 10];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (probabilityBelow(guesses, middle) < 0.5) low = middle;
    else high = middle;
  }
  return low;
}

describe("extrapolateCurve", () => {
  it.each([
    ["a power law", (step: number) => 0.2 + 0.8 * step ** -0.5],
    ["an exponential", (step: number) => 0.2 + 0.8 * Math.exp(-step / 5.4)],
    ["a slow exponential", (step: number) => 0.2 + 0.8 * Math.exp(-step / 27)],
    ["what does not learn", () => 2.3],
  ])("finds where %s ends from a third of it, and is surer with more", (_, lossAt) => {
    const early = extrapolateCurve(points(9, lossAt), length);
    const late = extrapolateCurve(points(20, lossAt), length);
    const fall = lossAt(1) - lossAt(length);
    expect(Math.abs(medianOf(early) - lossAt(length))).toBeLessThanOrEqual(0.15 * fall + 1e-6);
    expect(Math.abs(medianOf(late) - lossAt(length))).toBeLessThanOrEqual(0.03 * fall + 1e-6);
    const within = (guesses: typeof early) =>
      probabilityBelow(guesses, lossAt(length) + 0.1) - probabilityBelow(guesses, lossAt(length) - 0.1);
    expect(within(late)).toBeGreaterThanOrEqual(within(early) - 1e-9);
  });

  it("is the same in other units", () => {
    const lossAt = (step: number) => 0.3 + 0.5 * step ** -1 + 0.01 * Math.sin(9 * step);
    const [one, other] = [1, 1000].map((unit) =>
      extrapolateCurve(
        points(8, (step) => unit * lossAt(step)),
        length,
      ),
    );
    one!.forEach((guess, index) => {
      expect(other![index]!.location).toBeCloseTo(1000 * guess.location, 6);
      expect(other![index]!.scale).toBeCloseTo(1000 * guess.scale, 6);
      expect(other![index]!.weight).toBeCloseTo(guess.weight, 9);
    });
  });
});

describe("guessFromPeers", () => {
  it("goes on as those did that were alike, and counts them", () => {
    const peers = [
      { recent: [0.5, 0.4], final: 0.2 },
      { recent: [0.52, 0.41], final: 0.21 },
      { recent: [2.1, 1.9], final: 1.9 },
      { recent: [2, 1.9], final: 1.9 },
    ];
    const alike = guessFromPeers([0.51, 0.4], peers)!;
    expect(alike.location).toBeGreaterThan(0.19);
    expect(alike.location).toBeLessThan(0.23);
    expect(alike.weight).toBeGreaterThan(2);
    expect(alike.weight).toBeLessThan(2.4);
    expect(guessFromPeers([2, 1.9], peers)!.location).toBeCloseTo(1.9, 1);
    expect(guessFromPeers([99, 99], peers), "unlike all").toBeNull();
    expect(guessFromPeers([0.5], peers.slice(0, 1)), "one tells nothing of the spread").toBeNull();
  });
});

describe("curve-extrapolation", () => {
  const completed = [0.2, 0.25, 0.3].map((floor, number) =>
    curve(
      number,
      points(length, (step) => floor + 0.8 * step ** -1).map(({ loss }) => loss),
      {
        state: "completed",
        length,
      },
    ),
  );
  const running = (losses: readonly number[]): TrialCurve => curve(9, losses, { length });

  it("stops what will hardly beat the best completed one, and records the probability", () => {
    const flat = running(steps(6).map((step) => 0.9 + 0.001 * (step % 2)));
    const ruling = make().judge(flat, completed)!;
    expect(ruling).toMatchObject({ action: "stop", rule: "curve-extrapolation", step: 6, rank: 4, of: 4 });
    expect(ruling.threshold).toBeCloseTo(0.2 + 0.8 / 27, 12);
    expect(ruling.probability).toBeLessThan(0.05);
    expect(ruling.facts!["expected"]).toBeGreaterThan(0.5);
  });

  it("lets go on what is behind but falls", () => {
    expect(make().judge(running(steps(6).map((step) => 1.1 - 0.05 * step)), completed)).toBeNull();
    expect(make().judge(running(steps(6).map((step) => 0.15 + 0.8 / step)), completed)).toBeNull();
  });

  it("stops nothing before minSteps and before startupTrials have completed", () => {
    const flat = (count: number) => running(steps(count).map(() => 0.9));
    expect(make().judge(flat(3), completed)).toBeNull();
    expect(make({ minSteps: 3 }).judge(flat(3), completed)).not.toBeNull();
    expect(make().judge(flat(6), completed.slice(1))).toBeNull();
    expect(make().nextStep({ number: 9, length }, 0)).toBe(4);
  });

  it("a last value that is not finite is lost, and one in between is passed over", () => {
    expect(make().judge(running([1, 0.6, 0.5, NaN]), completed)).toMatchObject({ probability: 0, rank: 4 });
    expect(make().judge(running([1, NaN, NaN, 0.3]), completed)).toBeNull();
  });

  it("where the best value counts, never stops what has beaten the best already", () => {
    const best = createScheduler(
      { name: "curve-extrapolation", options: {} },
      { ...context, reduce: "best" },
    );
    const rising = running([0.1, 0.9, 0.9, 0.9, 0.9, 0.9]);
    expect(best.judge(rising, completed)).toBeNull();
    expect(make().judge(rising, completed)).not.toBeNull();
  });

  it("saves a third of the steps and keeps the best, over curves of all kinds", () => {
    const random = (number: number) => new RandomStream(toSeed(11), number);
    const lossAt = ({ number }: { readonly number: number }, step: number) => {
      const drawn = random(number);
      const floor = 0.1 + 0.5 * drawn.uniform(0) ** 2;
      const shape =
        drawn.uniform(1) < 0.5
          ? step ** -(0.3 + 1.5 * drawn.uniform(2))
          : Math.exp(-step / (1 + 15 * drawn.uniform(2)));
      const overfit = drawn.uniform(3) > 0.85 ? 0.01 * Math.max(0, step - 8) : 0;
      return floor + (0.2 + 0.6 * drawn.uniform(4)) * shape + overfit + 0.01 * drawn.normal(100 + step);
    };
    const maxTrials = 60;
    const { trials, steps: trained } = simulateSchedule({
      scheduler: make(),
      maxTrials,
      length,
      lossAt,
      workers: 2,
    });
    expect(trained).toBeLessThan((2 / 3) * maxTrials * length);
    const finals = trials.map((trial) => lossAt(trial, length));
    expect(trials[finals.indexOf(Math.min(...finals))]!.state).toBe("completed");
  });
});
