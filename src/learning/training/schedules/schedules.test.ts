import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import type { EpochRecord } from "../epoch-record.ts";
import { LearningRates } from "../learning-rates.ts";
import { trainingSchema } from "../recipe.ts";
import type { ScheduleDescription } from "./index.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/schedules.json", import.meta.url), "utf8"),
) as {
  readonly versions: { readonly torch: string };
  readonly learningRate: number;
  readonly moments: number;
  readonly metrics: readonly number[];
  readonly schedules: readonly ScheduleDescription[];
  readonly rates: readonly (readonly number[])[];
};

const trainingWith = (schedule: unknown, training: object = {}) =>
  trainingSchema.parse({ learningRate: golden.learningRate, epochs: golden.moments, schedule, ...training });

const historyOf = (values: readonly number[]): EpochRecord[] =>
  values.map((value, index) => ({ epoch: index + 1, metrics: { "validation/loss": value } }));

describe("learning rates", () => {
  it.each(golden.schedules.map((schedule, i) => ({ schedule, name: JSON.stringify(schedule), i })))(
    `are those of PyTorch ${golden.versions.torch}: $name`,
    ({ schedule, i }) => {
      // One step per epoch, so that steps and epochs are the same moments.
      const rates = new LearningRates({ training: trainingWith(schedule), stepsPerEpoch: 1 });
      golden.rates[i]!.forEach((expected, step) => {
        const received = rates.at(step, historyOf(golden.metrics.slice(0, step)));
        expect(Math.abs(received - expected), `step ${step}: ${received}, ${expected}`).toBeLessThan(
          1e-12 * golden.learningRate,
        );
      });
    },
  );

  it("change by epochs or by steps, as the schedule counts", () => {
    const of = (per: string) =>
      new LearningRates({
        training: trainingWith(
          { kind: "step", stepSize: 2, gamma: 0.5, per },
          { learningRate: 1, epochs: 4 },
        ),
        stepsPerEpoch: 3,
      });
    expect([...of("epoch").of(0, 12, [])]).toEqual([1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    expect([...of("step").of(0, 6, [])]).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
  });

  it.each([{ warmupSteps: 6 }, { warmupEpochs: 2 }, { warmupFraction: 0.5 }])(
    "rise in a straight line before the schedule's own time begins: %j",
    (length) => {
      const rates = new LearningRates({
        training: trainingWith(
          { kind: "exponential", gamma: 0.5, warmupStart: 0, ...length },
          { learningRate: 6, epochs: 4 },
        ),
        stepsPerEpoch: 3,
      });
      expect([...rates.of(0, 12, [])]).toEqual([0, 1, 2, 3, 4, 5, 6, 6, 6, 3, 3, 3]);
    },
  );

  it("of a schedule that is longer than its training have no surprises", () => {
    for (const kind of ["cosine", "polynomial", "one-cycle", "cosine-restarts"]) {
      const training = trainingWith({ kind }, { epochs: 1 });
      const rates = new LearningRates({ training, stepsPerEpoch: 1 }).of(0, 1, []);
      expect(rates[0], kind).toBeGreaterThan(0);
      expect(rates[0], kind).toBeLessThanOrEqual(golden.learningRate);
    }
  });

  it("fall when the metric is not a number, which is no improvement", () => {
    const training = trainingWith({ kind: "reduce-on-plateau", patience: 1 });
    const rates = new LearningRates({ training, stepsPerEpoch: 1 });
    expect(rates.at(1, historyOf([Number.NaN]))).toBe(golden.learningRate);
    expect(rates.at(2, historyOf([Number.NaN, Number.NaN]))).toBeCloseTo(golden.learningRate / 10, 15);
  });
});

describe("a schedule's description", () => {
  it("has at most one length of its warm-up", () => {
    const two = trainingSchema.safeParse({ schedule: { kind: "cosine", warmupSteps: 1, warmupEpochs: 1 } });
    expect(two.error?.issues[0]?.message).toMatch(/at most one of `warmupSteps`/);
  });

  it("names a metric whose direction is known or given", () => {
    const rates = (schedule: object) =>
      new LearningRates({
        training: trainingWith({ kind: "reduce-on-plateau", ...schedule }),
        stepsPerEpoch: 1,
      }).at(0, []);
    expect(rates({ metric: "validation/accuracy" })).toBe(golden.learningRate);
    expect(() => rates({ metric: "train/seconds" })).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        hint: expect.stringMatching(/direction: minimize/),
      }),
    );
    expect(rates({ metric: "train/seconds", direction: "minimize" })).toBe(golden.learningRate);
  });
});
