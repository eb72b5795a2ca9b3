import { describe, expect, it } from "vitest";

import { curveFixture as curve, schedulerContext as context } from "../../testing/scheduler-fixture.ts";
import { createScheduler, type TrialCurve } from "./index.ts";
import { signedRankProbability } from "./wilcoxon.ts";

/** Over every assignment of signs, written down without cleverness. */
function enumerated(differences: readonly number[]): number {
  const ranks = differences.map((d) => {
    const below = differences.filter((other) => Math.abs(other) < Math.abs(d)).length;
    const equal = differences.filter((other) => Math.abs(other) === Math.abs(d)).length;
    return below + (equal + 1) / 2;
  });
  const statistic = (signs: readonly number[]) =>
    signs.reduce(
      (sum, sign, index) => sum + (sign > 0 ? ranks[index]! : sign === 0 ? ranks[index]! / 2 : 0),
      0,
    );
  const own = statistic(differences.map(Math.sign));
  const free = differences.map((d, index) => (d === 0 ? -1 : index)).filter((index) => index >= 0);
  let atLeast = 0;
  for (let bits = 0; bits < 2 ** free.length; bits++) {
    const signs = differences.map(() => 0);
    free.forEach((index, bit) => (signs[index] = (bits >> bit) & 1 ? 1 : -1));
    if (statistic(signs) >= own) atLeast++;
  }
  return atLeast / 2 ** free.length;
}

describe("signedRankProbability", () => {
  it.each([
    // scipy.stats.wilcoxon(d, alternative="greater", zero_method="zsplit"), exact
    [[1, 2, 3, 4], 0.0625],
    [[1, 2, 3, -4], 0.4375],
    [[0.5, -1.5, 2.5, 3.5, 4.5, 6, 7, -0.2], 0.027_343_75],
    [[-1, -2, -3], 1],
  ])("of %j is %d", (differences, p) => {
    expect(signedRankProbability(differences)).toBeCloseTo(p, 12);
  });

  it.each([
    [[1, 1, 2, 2, -2, 3]],
    [[0, 0, 1, -1, 2, 5]],
    [[0, 3, 3, 3, 4]],
    [[0, 0]],
    [[2, -2, 2, -2, 0, 7, 8]],
  ])("of %j, with ties or zeros, is the share of all assignments of signs", (differences) => {
    expect(signedRankProbability(differences)).toBeCloseTo(enumerated(differences), 12);
  });
});

describe("wilcoxon", () => {
  const scheduler = createScheduler({ name: "wilcoxon", options: {} }, context);
  /** Completed repeats of one configuration, from this number on. */
  const repeats = (configuration: number, losses: readonly number[]): TrialCurve[] =>
    losses.map((loss, replicate) =>
      curve(configuration + replicate, [9, loss], {
        state: "completed",
        configuration,
        replicate,
        length: 2,
      }),
    );
  const next = (configuration: number, replicate: number) =>
    curve(configuration + replicate, [9], { configuration, replicate });
  const best = repeats(0, [1, 2, 3, 4, 5]);

  it("stops the next repeat at its first step when the finished ones are worse than the best's", () => {
    const worse = repeats(10, [2, 3.5, 5, 6.5]);
    expect(scheduler.judge(next(10, 4), [...best, ...worse])).toEqual({
      action: "stop",
      rule: "wilcoxon",
      step: 1,
      loss: 4.25,
      threshold: 2.5,
      probability: 0.0625,
      facts: { replicates: 4, best: 0 },
    });
    expect(scheduler.nextStep({ number: 0, length: 9 }, 0)).toBe(1);
    expect(scheduler.nextStep({ number: 0, length: 9 }, 1)).toBe(Infinity);
  });

  it("lets go on what may be as good, what is the best, and what has little in common", () => {
    const all = [...best, ...repeats(10, [2, 3.5, 2.5, 6.5])];
    expect(scheduler.judge(next(10, 4), all)).toBeNull();
    expect(scheduler.judge(next(0, 5), all)).toBeNull();
    expect(scheduler.judge(next(20, 1), [...best, ...repeats(20, [99])])).toBeNull();
    expect(scheduler.judge(next(30, 0), best)).toBeNull();
  });

  it("takes the number of a repeat that the objective takes", () => {
    const reduced = createScheduler({ name: "wilcoxon", options: {} }, { ...context, reduce: "best" });
    const ups = repeats(10, [2, 3.5, 5, 6.5]).map((trial) => ({
      ...trial,
      points: trial.points.toReversed(),
    }));
    expect(reduced.judge(next(10, 4), [...best, ...ups])).toMatchObject({ loss: 4.25 });
  });
});
