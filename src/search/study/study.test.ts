import { describe, expect, it } from "vitest";

import { deriveSeed, toSeed } from "../../base/index.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { resultFixture, studyFixture } from "../../testing/study-fixture.ts";
import { createSpace } from "../space/index.ts";
import { MemoryStorage, type Storage } from "../storage/index.ts";
import type { StudyDefinition, TrialRecord } from "../trial/index.ts";
import { Study } from "./study.ts";

const accuracy = (step: number, value: number) => ({ metric: "validation/accuracy", step, time: 0, value });
const leaseOf = (trial: TrialRecord) => ({ trialId: trial.id, attempt: trial.attempt });

async function newStudy(parts: Partial<StudyDefinition> = {}, storage: Storage = new MemoryStorage()) {
  const clock = new SimulatedClock();
  const study = await Study.create({ storage, clock, definition: studyFixture(parts) });
  const claim = async (worker = "worker-1") => (await study.claim(worker))!;
  return { storage, clock, study, claim };
}

describe("claim", () => {
  it("hands out new trials up to the maximum, each with its own seed and document", async () => {
    const { study } = await newStudy({ maxTrials: 3 });
    const trials = [];
    for (let trial = await study.claim("w"); trial !== null; trial = await study.claim("w"))
      trials.push(trial);
    expect(trials.map(({ number }) => number)).toEqual([0, 1, 2]);
    for (const { number, seed, parameters, document } of trials) {
      expect(seed).toBe(deriveSeed(toSeed(1), "trial", number));
      expect(document).toEqual({
        training: { learningRate: parameters["training.learningRate"], epochs: 2 },
        seed,
      });
    }
    expect(new Set(trials.map(({ seed }) => seed)).size).toBe(3);
  });

  it("never exceeds the maximum when many workers ask at once", async () => {
    const { study, storage } = await newStudy({ maxTrials: 10 });
    const claimed = await Promise.all(
      Array.from({ length: 40 }, (_, index) => study.claim(`worker-${index}`)),
    );
    const numbers = claimed.flatMap((trial) => (trial === null ? [] : [trial.number]));
    expect(numbers.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await storage.countTrials(study.record.id)).toBe(10);
  });

  it("takes up a waiting trial before it proposes another", async () => {
    const { study, claim } = await newStudy();
    const first = await claim();
    await claim();
    await study.handBack(leaseOf(first));
    expect(await claim()).toMatchObject({
      number: 0,
      attempt: 2,
      seed: first.seed,
      parameters: first.parameters,
    });
    expect((await claim()).number).toBe(2);
  });

  it("gives nothing after a stop was requested, until it is cleared, also through another object", async () => {
    const { study, storage, clock } = await newStudy();
    const other = await Study.open({ storage, clock, name: "fixture" });
    await study.requestStop();
    expect(await other.claim("w")).toBeNull();
    await other.clearStop();
    expect(await study.claim("w")).not.toBeNull();
  });

  it("proposals do not depend on who claims", async () => {
    const configurations = async (workers: readonly string[]) => {
      const { study } = await newStudy();
      const trials = [];
      for (const worker of workers) trials.push((await study.claim(worker))!.parameters);
      return trials;
    };
    expect(await configurations(["a", "a", "a"])).toEqual(await configurations(["a", "b", "c"]));
  });
});

describe("leases in simulated time", () => {
  /** Somebody else looks for silent workers each second. */
  async function watch({ study, clock }: { study: Study; clock: SimulatedClock }, seconds: number) {
    const lost = [...(await study.watchLeases("watcher"))];
    for (let second = 0; second < seconds; second++) {
      clock.advance(1000);
      lost.push(...(await study.watchLeases("watcher")));
    }
    return lost.map(({ number }) => number);
  }

  it("a trial whose worker falls silent for 10 s waits again as it was, and its old attempt is refused", async () => {
    const { study, clock, claim } = await newStudy({ maxTrials: 1 });
    const first = await claim("sleeper");
    await study.report(leaseOf(first), [accuracy(1, 0.1)]);
    expect(await watch({ study, clock }, 9)).toEqual([]);
    expect(await study.claim("second")).toBeNull();
    expect(await watch({ study, clock }, 1)).toEqual([first.number]);
    const second = await claim("second");
    expect(second).toMatchObject({
      number: first.number,
      parameters: first.parameters,
      seed: first.seed,
      document: first.document,
      attempt: 2,
      worker: "second",
    });
    const lost = expect.objectContaining({ code: "LEASE_LOST" });
    const stale = leaseOf(first);
    await expect(study.heartbeat(stale)).rejects.toThrow(lost);
    await expect(study.report(stale, [accuracy(2, 0.9)])).rejects.toThrow(lost);
    await expect(study.complete(stale, { result: resultFixture })).rejects.toThrow(lost);
    await expect(study.fail(stale, { reason: { kind: "error", message: "" } })).rejects.toThrow(lost);
    await expect(study.handBack(stale)).rejects.toThrow(lost);
    await study.complete(leaseOf(second), { result: resultFixture, observations: [accuracy(1, 0.5)] });
    expect((await study.best())!.trial).toMatchObject({ objectiveValue: 0.5, attempt: 2 });
  });

  it("heartbeats and reports keep a lease alive", async () => {
    const { study, clock, claim } = await newStudy({ maxTrials: 1 });
    const lease = leaseOf(await claim());
    for (let round = 1; round <= 10; round++) {
      expect(await watch({ study, clock }, 9)).toEqual([]);
      await (round % 2 === 0 ? study.heartbeat(lease) : study.report(lease, [accuracy(round, 0)]));
      expect(await study.claim("other")).toBeNull();
    }
    expect((await study.progress()).running).toBe(1);
  });

  it("no clock that is set forward or back, nor a worker's that is wrong, takes a trial away or keeps it", async () => {
    const { study, storage, clock, claim } = await newStudy({ maxTrials: 1 });
    const wrong = new SimulatedClock();
    wrong.set(-3_600_000);
    const owner = await Study.open({ storage, clock: wrong, name: "fixture" });
    const trial = (await owner.claim("an hour behind"))!;
    clock.set(3_600_000);
    for (let round = 0; round < 5; round++) {
      expect(await watch({ study, clock }, 9)).toEqual([]);
      wrong.advance(9000);
      await owner.heartbeat(leaseOf(trial));
      clock.set(round % 2 === 0 ? -7_200_000 : 7_200_000);
    }
    // Its lease ends in an hour by everybody's clock, and yet nobody renews it.
    wrong.set(7_200_000);
    await owner.heartbeat(leaseOf(trial));
    expect(await watch({ study, clock }, 10)).toEqual([trial.number]);
    expect(await claim("new")).toMatchObject({ number: trial.number, attempt: 2 });
  });

  it("who did not look for a while, because it slept or the store was away, begins to look anew", async () => {
    const { study, clock, claim } = await newStudy({ maxTrials: 1 });
    const { number } = await claim("slow");
    expect(await watch({ study, clock }, 8)).toEqual([]);
    clock.advance(3_600_000);
    expect(await watch({ study, clock }, 9)).toEqual([]);
    expect(await watch({ study, clock }, 1)).toEqual([number]);
  });

  it("a worker known to be dead gives its trials back at once", async () => {
    const { study, claim } = await newStudy();
    await claim("dead");
    await claim("living");
    expect((await study.releaseWorker("dead")).map(({ number }) => number)).toEqual([0]);
    expect(await study.progress()).toMatchObject({ waiting: 1, running: 1 });
  });
});

describe("complete", () => {
  it("reduces the whole curve, the last observations included", async () => {
    const objective = { metric: "validation/accuracy", direction: "maximize" } as const;
    const expected = { last: 0.7, best: 0.9, "mean-of-last-2": 0.8 } as const;
    for (const reduce of ["last", "best", "mean-of-last-2"] as const) {
      const { study, claim } = await newStudy({ objective: { ...objective, reduce } });
      const lease = leaseOf(await claim());
      await study.report(lease, [
        accuracy(1, 0.5),
        accuracy(2, 0.9),
        { ...accuracy(2, 7), metric: "train/loss" },
      ]);
      await study.complete(lease, { result: resultFixture, observations: [accuracy(3, 0.7)] });
      expect((await study.best())!.trial.objectiveValue).toBeCloseTo(expected[reduce], 12);
    }
  });

  it("an earlier attempt's later steps do not count", async () => {
    const { study, storage, claim } = await newStudy({
      objective: { metric: "validation/accuracy", direction: "maximize", reduce: "best" },
    });
    const first = leaseOf(await claim());
    await study.report(first, [accuracy(1, 0.1), accuracy(2, 0.2), accuracy(3, 0.9)]);
    await study.handBack(first);
    const second = leaseOf(await claim());
    await study.complete(second, { result: resultFixture, observations: [accuracy(2, 0.3)] });
    expect((await study.best())!.trial.objectiveValue).toBe(0.3);
    expect(await storage.listObservations(second.trialId)).toHaveLength(2);
  });

  it("a trial whose metric never came, or ended as NaN, is completed without a value", async () => {
    const { study, claim } = await newStudy();
    await study.complete(leaseOf(await claim()), { result: resultFixture });
    const observations = [accuracy(1, Number.NaN)];
    await study.complete(leaseOf(await claim()), { result: resultFixture, observations });
    expect(await study.progress()).toMatchObject({ completed: 2 });
    expect(await study.best()).toBeNull();
  });
});

describe("progress", () => {
  it("counts trials that do not exist yet as remaining, and is finished when none is left", async () => {
    const { study, claim } = await newStudy({ maxTrials: 2 });
    expect(await study.progress()).toMatchObject({ total: 2, running: 0, remaining: 2, isFinished: false });
    await study.complete(leaseOf(await claim()), { result: resultFixture });
    await study.fail(leaseOf(await claim()), {
      reason: { kind: "diverged", message: "loss is NaN at step 3" },
      observations: [accuracy(1, Number.NaN)],
    });
    expect(await study.progress()).toEqual({
      total: 2,
      waiting: 0,
      running: 0,
      paused: 0,
      completed: 1,
      stopped: 0,
      failed: 1,
      remaining: 0,
      isFinished: true,
      ended: null,
    });
    expect(await study.claim("w")).toBeNull();
  });
});

describe("best", () => {
  async function ranked(values: readonly number[], parts: Partial<StudyDefinition> = {}) {
    const made = await newStudy({ maxTrials: values.length, ...parts });
    const { metric } = made.study.record.definition.objective;
    for (const value of values) {
      const observations = [{ ...accuracy(1, value), metric }];
      await made.study.complete(leaseOf(await made.claim()), { result: resultFixture, observations });
    }
    return made.study;
  }

  it("is the best by direction, and of equals the lowest number", async () => {
    expect((await (await ranked([0.5, 0.9, 0.9])).best())!.trial.number).toBe(1);
    const objective = { metric: "validation/loss", direction: "minimize", reduce: "last" } as const;
    expect((await (await ranked([3, 1, 2], { objective })).best())!.trial.number).toBe(1);
  });

  it("gives an accuracy its interval and names the trials that the examples cannot tell apart from it", async () => {
    const study = await ranked([0.9, 0.89, 0.5, 0.9]);
    const best = (await study.best({ examples: 1000 }))!;
    expect(best.trial.number).toBe(0);
    expect(best.interval!.map((end) => end.toFixed(3))).toEqual(["0.880", "0.917"]);
    expect(best.tiedWith).toEqual([1, 3]);
  });

  it("gives no interval for anything else, and ties equal values only", async () => {
    expect(await (await ranked([0.9, 0.89, 0.9])).best()).toMatchObject({ interval: null, tiedWith: [2] });
    const objective = { metric: "validation/loss", direction: "minimize", reduce: "last" } as const;
    const study = await ranked([0.5, 0.5, 0.6], { objective });
    expect(await study.best({ examples: 1000 })).toMatchObject({ interval: null, tiedWith: [1] });
  });
});

describe("a study that cannot work is refused before anything is written", () => {
  const grid = createSpace([{ name: "training.epochs", distribution: { kind: "integer", low: 1, high: 3 } }]);

  it.each<[string, Partial<StudyDefinition>, string, string]>([
    [
      "more trials than the grid has",
      { space: grid, sampler: { name: "grid", options: {} }, maxTrials: 4 },
      "INVALID_USAGE",
      "the 3 points of the grid, got 4",
    ],
    [
      "an unknown sampler",
      { sampler: { name: "tep", options: {} } },
      "INVALID_USAGE",
      "unknown sampler `tep`",
    ],
    [
      "a grid without end",
      { sampler: { name: "grid", options: {} } },
      "INVALID_SPACE",
      "`training.learningRate`",
    ],
    [
      "a path that is not in the document",
      { baseDocument: { training: { learnRate: 1 } } },
      "INVALID_SPACE",
      "`training.learningRate`",
    ],
    [
      "a document that is no object",
      { baseDocument: [1] },
      "INVALID_USAGE",
      "`baseDocument` must be an object",
    ],
    [
      "a metric without a name",
      { objective: { metric: "", direction: "maximize", reduce: "last" } },
      "INVALID_USAGE",
      "objective.metric",
    ],
  ])("%s", async (_, parts, code, message) => {
    const storage = new MemoryStorage();
    const created = Study.create({ storage, clock: new SimulatedClock(), definition: studyFixture(parts) });
    await expect(created).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
    expect(await storage.listStudies()).toEqual([]);
  });

  it("a name that is taken, and one that is not there", async () => {
    const { storage, clock } = await newStudy();
    await expect(Study.create({ storage, clock, definition: studyFixture() })).rejects.toThrow(
      expect.objectContaining({ code: "STUDY_EXISTS" }),
    );
    await expect(Study.open({ storage, clock, name: "fixtur" })).rejects.toThrow(/did you mean `fixture`/);
  });
});

describe("a searched seed", () => {
  it("wins over the trial's own in the document", async () => {
    const space = createSpace([{ name: "seed", distribution: { kind: "categorical", values: ["7"] } }]);
    const { claim } = await newStudy({ space });
    const trial = await claim();
    expect(trial.document).toMatchObject({ seed: "7" });
    expect(trial.seed).toBe("7");
  });
});
