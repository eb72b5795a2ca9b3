import { describe, expect, it } from "vitest";

import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { resultFixture, studyFixture } from "../../testing/study-fixture.ts";
import { createSpace } from "../space/index.ts";
import { MemoryStorage } from "../storage/index.ts";
import type { StudyDefinition, TrialRecord } from "../trial/index.ts";
import { Study } from "./study.ts";

const leaseOf = (trial: TrialRecord) => ({ trialId: trial.id, attempt: trial.attempt });
const point = (step: number, value: number) => ({ metric: "validation/accuracy", step, time: 0, value });

/** Nine epochs; a trial's quality is its learning rate. */
const parts: Partial<StudyDefinition> = {
  space: createSpace([
    {
      name: "training.learningRate",
      distribution: { kind: "categorical", values: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
    },
  ]),
  sampler: { name: "grid", options: {} },
  baseDocument: { training: { learningRate: 0, epochs: 9 } },
  lengthPath: "training.epochs",
  maxTrials: 9,
};

async function newStudy(more: Partial<StudyDefinition>) {
  const storage = new MemoryStorage();
  const study = await Study.create({
    storage,
    clock: new SimulatedClock(),
    definition: studyFixture({ ...parts, ...more }),
  });
  return { study, storage };
}

/** Trains as a worker does: reports each epoch at which a decision is due, and obeys. */
async function train(study: Study, trial: TrialRecord, from = 0): Promise<void> {
  const quality = (trial.parameters["training.learningRate"] as number) / 10;
  const lease = leaseOf(trial);
  let due = study.nextJudgement(trial, from);
  for (let epoch = from + 1; epoch <= 9; epoch++) {
    const observations = [point(epoch, quality * (1 - 1 / (epoch + 1)))];
    const ruling = await study.report(lease, observations);
    if (epoch < due) expect(ruling).toBeNull();
    if (epoch >= due) due = study.nextJudgement(trial, epoch);
    if (ruling?.action === "stop") return study.stop(lease, { ruling });
    if (ruling?.action === "pause") return study.pause(lease, { ruling });
  }
  await study.complete(lease, { result: resultFixture });
}

async function trainAll(study: Study, storage: MemoryStorage): Promise<readonly TrialRecord[]> {
  for (let trial = await study.claim("w"); trial !== null; trial = await study.claim("w")) {
    const done = await storage.listObservations(trial.id, "validation/accuracy");
    await train(study, trial, done.at(-1)?.step ?? 0);
  }
  return storage.listTrials(study.record.id);
}

describe("a scheduler that stops trials", () => {
  it("leaves the reason with the trial, and does not count the stopped as the best", async () => {
    const { study, storage } = await newStudy({
      scheduler: { name: "median", options: { startupTrials: 2 } },
    });
    const falling = createSpace([
      { name: "training.learningRate", distribution: { kind: "categorical", values: [9, 8, 1] } },
    ]);
    await study.revise({ space: falling, maxTrials: 3 }, "");
    const trials = await trainAll(study, storage);
    expect(trials.map(({ state }) => state)).toEqual(["completed", "completed", "stopped"]);
    expect(trials[2]!.reason).toMatchObject({
      kind: "scheduler",
      message: expect.stringMatching(
        /^stopped by median at step 1: best validation\/accuracy 0.05 is 3rd of 3/,
      ),
      facts: { rule: "median", step: 1, loss: -0.05 },
    });
    expect(trials[2]!.objectiveValue).toBeCloseTo(0.05, 12);
    expect((await study.best())!.trial.number).toBe(0);
  });

  it("decides from ordered results alone when they are ordered, and otherwise refuses", async () => {
    const ordered = { ordered: 2, scheduler: { name: "asha", options: {} } };
    const { study, storage } = await newStudy(ordered);
    const first = (await study.claim("a"))!;
    const second = (await study.claim("b"))!;
    // Trial 1 may not know of trial 0, which is far worse or better.
    await study.report(leaseOf(first), [point(1, 0.9)]);
    expect(await study.report(leaseOf(second), [point(1, 0.1)])).toBeNull();
    expect(await study.claim("c")).toBeNull();
    expect(await storage.countTrials(study.record.id)).toBe(2);
    const promoting = { ...ordered, scheduler: { name: "asha", options: { mode: "promote" } } };
    await expect(newStudy(promoting)).rejects.toThrow(/ordered results need a scheduler .* got `asha`/);
  });
});

describe("a trial that was lost before its worker obeyed", () => {
  const scheduler = { name: "asha", options: { minSteps: 2, eta: 2 } };

  it("is ruled on again when the same worker takes it up again and reports that step once more", async () => {
    const { study } = await newStudy({ scheduler });
    const good = (await study.claim("w"))!;
    await study.report(leaseOf(good), [point(1, 0.9), point(2, 0.9)]);
    const bad = (await study.claim("v"))!;
    expect(await study.report(leaseOf(bad), [point(1, 0.1), point(2, 0.1)])).toMatchObject({
      action: "stop",
    });
    await study.releaseWorker("v");
    const again = (await study.claim("v"))!;
    expect(again).toMatchObject({ number: bad.number, attempt: 2 });
    expect(await study.report(leaseOf(again), [point(2, 0.1)])).toMatchObject({ action: "stop", step: 2 });
  });

  it("is ruled on when the report is made again because the store failed in the middle", async () => {
    const storage = new MemoryStorage();
    let isAway = false;
    const away = new Proxy(storage, {
      get: (target, name: keyof MemoryStorage) => {
        if (name === "listTrialsSince" && isAway) return async () => Promise.reject(new Error("away"));
        return (target[name] as (...given: unknown[]) => unknown).bind(target);
      },
    });
    const definition = studyFixture({ ...parts, scheduler });
    const study = await Study.create({ storage: away, clock: new SimulatedClock(), definition });
    const good = (await study.claim("w"))!;
    await study.report(leaseOf(good), [point(1, 0.9), point(2, 0.9)]);
    const bad = (await study.claim("v"))!;
    await study.report(leaseOf(bad), [point(1, 0.1)]);
    isAway = true;
    await expect(study.report(leaseOf(bad), [point(2, 0.1)])).rejects.toThrow("away");
    isAway = false;
    expect(await study.report(leaseOf(bad), [point(2, 0.1)])).toMatchObject({ action: "stop", step: 2 });
  });
});

describe("a scheduler that promotes trials", () => {
  const scheduler = { name: "asha", options: { mode: "promote", eta: 3, minSteps: 1 } };

  it("pauses at rungs, resumes the best, and stops the rest when the study is over", async () => {
    const { study, storage } = await newStudy({ scheduler });
    const trials = await trainAll(study, storage);
    const lengths = await Promise.all(
      trials.map(async ({ id }) => (await storage.listObservations(id)).at(-1)!.step),
    );
    // Nine trials reach rung 0 at step 1, the best three of each moment go on to step 3, and the best of those to the end.
    expect(lengths.filter((step) => step >= 1)).toHaveLength(9);
    expect(lengths.filter((step) => step >= 3).length).toBeGreaterThanOrEqual(3);
    expect(lengths.at(-1)).toBe(9);
    expect(trials.at(-1)!.state).toBe("completed");
    for (const { state, reason } of trials) {
      if (state === "completed") continue;
      expect(state).toBe("stopped");
      expect(reason!.message).not.toBe("");
    }
    expect(await study.progress()).toMatchObject({ paused: 0, remaining: 0, isFinished: true, ended: null });
    expect(await study.claim("w")).toBeNull();
  });

  it("that divides a trial's length needs to know it", async () => {
    const { lengthPath: _, ...unknown } = parts;
    const definition = studyFixture({ ...unknown, scheduler: { name: "hyperband", options: {} } });
    await expect(Study.create({ storage: new MemoryStorage(), definition })).rejects.toThrow(
      expect.objectContaining({ code: "INVALID_USAGE", message: expect.stringContaining("maxSteps") }),
    );
  });

  it("lets samplers learn from what is paused", async () => {
    const sampler = { name: "tpe", options: { startupTrials: 3 } };
    const { study, storage } = await newStudy({ scheduler, sampler });
    const trials = await trainAll(study, storage);
    const before = trials.filter(({ origin }) => origin!.seen.finished === 0);
    expect(before.some(({ origin }) => origin!.why!.kind === "exploiting")).toBe(true);
  });

  it("ends paused trials when the study ends early", async () => {
    const { study, storage } = await newStudy({ scheduler, endWhen: { target: 0.3 } });
    const trials = await trainAll(study, storage);
    expect(trials.length).toBeLessThan(9);
    expect(trials.some(({ state }) => state === "paused")).toBe(false);
    expect((await study.progress()).isFinished).toBe(true);
  });
});
