import { describe, expect, it } from "vitest";

import { deriveSeed, toSeed, type Json } from "../../base/index.ts";
import { SimulatedClock } from "../../testing/simulated-clock.ts";
import { resultFixture, studyFixture } from "../../testing/study-fixture.ts";
import { createSpace } from "../space/index.ts";
import { MemoryStorage } from "../storage/index.ts";
import type { StudyDefinition, TrialRecord } from "../trial/index.ts";
import { wilsonInterval } from "./proportion.ts";
import { Study } from "./study.ts";

const leaseOf = (trial: TrialRecord) => ({ trialId: trial.id, attempt: trial.attempt });
const point = (step: number, value: number, metric = "validation/accuracy") => ({
  metric,
  step,
  time: 0,
  value,
});
const minimized = { metric: "loss", direction: "minimize", reduce: "last" } as const;
const rate = { name: "training.learningRate", distribution: { kind: "float", low: 0, high: 1 } };
const epochs = { name: "training.epochs", distribution: { kind: "categorical", values: [1, 2, 3] } };

async function newStudy(parts: Partial<StudyDefinition> = {}) {
  const storage = new MemoryStorage();
  const clock = new SimulatedClock();
  const study = await Study.create({ storage, clock, definition: studyFixture(parts) });
  return { study, storage, clock };
}

/** Runs trials one after the other until none is left. */
async function runAll(study: Study, value: (trial: TrialRecord) => number): Promise<readonly TrialRecord[]> {
  const trials: TrialRecord[] = [];
  for (let trial = await study.ask(); trial !== null; trial = await study.ask()) {
    await study.tell(trial.number, value(trial));
    trials.push(trial);
  }
  return trials;
}

const rateOf = ({ parameters }: TrialRecord) => parameters["training.learningRate"] as number;

describe("a proposal's record", () => {
  it("says which sampler made it, why, and what it had seen", async () => {
    const { study } = await newStudy();
    const first = (await study.ask())!;
    const second = (await study.ask())!;
    await study.tell(0, 0.5);
    const third = (await study.ask())!;
    expect(first.origin).toEqual({
      by: "sampler",
      sampler: "random",
      why: { kind: "drawn", message: "drawn from the distributions" },
      configuration: 0,
      replicate: 0,
      seen: { revision: 0, finished: 0, pending: 0 },
    });
    expect(second.origin!.seen).toMatchObject({ finished: 0, pending: 1 });
    expect(third.origin!.seen).toMatchObject({ finished: 1, pending: 1 });
    expect(third.origin!.seen.revision).toBeGreaterThan(second.origin!.seen.revision!);
  });
});

describe("ordered results", () => {
  const value = (trial: TrialRecord) => (rateOf(trial) - 0.3) ** 2;
  const parts = {
    objective: minimized,
    sampler: { name: "tpe", options: { startupTrials: 4 } },
    maxTrials: 24,
    ordered: 4,
  } as const;

  /** Keeps `workers` trials running; ends them in an order of its own. */
  async function run(workers: number): Promise<readonly unknown[]> {
    const { study, storage } = await newStudy(parts);
    const running: TrialRecord[] = [];
    for (let turn = 0; ; turn++) {
      while (running.length < workers) {
        const trial = await study.ask();
        if (trial === null) break;
        running.push(trial);
      }
      if (running.length === 0) break;
      const [ended] = running.splice((turn * 7) % running.length, 1);
      await study.tell(ended!.number, value(ended!));
    }
    const trials = await storage.listTrials(study.record.id);
    return trials.map(({ parameters, seed, document, origin }) => ({ parameters, seed, document, origin }));
  }

  it("give the same trials with any number of workers", async () => {
    const alone = await run(1);
    expect(alone).toHaveLength(24);
    expect(await run(3)).toEqual(alone);
    expect(await run(8)).toEqual(alone);
  });
});

describe("replicates", () => {
  const parts = {
    space: createSpace([epochs]),
    sampler: { name: "grid", options: {} },
    replicates: { count: 3, over: "seed", racing: false },
    maxTrials: 9,
  } as const;

  it("train each configuration several times, the same replicate of each with the same seed", async () => {
    const { study } = await newStudy(parts);
    const trials = await runAll(study, ({ number }) => number);
    expect(trials.map(({ origin }) => [origin!.configuration, origin!.replicate])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [3, 0],
      [3, 1],
      [3, 2],
      [6, 0],
      [6, 1],
      [6, 2],
    ]);
    expect(trials.map(({ seed }) => seed)).toEqual(
      [0, 1, 2, 0, 1, 2, 0, 1, 2].map((replicate) => deriveSeed(toSeed(1), "replicate", replicate)),
    );
  });

  it("are compared by their means", async () => {
    const { study } = await newStudy(parts);
    // Configuration 3 has the single highest value, configuration 6 the highest mean.
    const values = [0.5, 0.5, 0.5, 0.9, 0.2, 0.2, 0.6, 0.7, 0.8];
    await runAll(study, ({ number }) => values[number]!);
    const best = (await study.best())!;
    expect(best.trial.number).toBe(6);
    expect(best.replicates!.mean).toBeCloseTo(0.7, 12);
    expect(best.replicates!.deviation).toBeCloseTo(0.1, 12);
    // Three trainings on the same thousand examples say no more of these than one.
    expect((await study.best({ examples: 1000 }))!.interval).toEqual(
      wilsonInterval(best.replicates!.mean, 1000),
    );
    expect((await study.configurations()).map(({ number, count }) => [number, count])).toEqual([
      [6, 3],
      [0, 3],
      [3, 3],
    ]);
  });

  it("over folds set the fold", async () => {
    const { study } = await newStudy({
      ...parts,
      replicates: { count: 3, over: "data.fold", racing: false },
      baseDocument: { data: { folds: 3, fold: 0 }, training: { epochs: 1 } },
    });
    const trials = await runAll(study, () => 1);
    const folds = trials.map(({ document }) => (document as { data: { fold: number } }).data.fold);
    expect(folds).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  it("with racing, what is clearly worse is trained no further, and the budget goes to others", async () => {
    const space = createSpace([
      { name: "training.epochs", distribution: { kind: "integer", low: 1, high: 8 } },
    ]);
    const { study } = await newStudy({
      ...parts,
      space,
      replicates: { count: 4, over: "seed", racing: true },
      maxTrials: 20,
    });
    // Accuracy by configuration, with a little noise by replicate.
    const noise = [0, 0.01, -0.01, 0.005];
    await runAll(study, ({ parameters, origin }) => {
      const good =
        parameters["training.epochs"] === 1 ? 0.9 : 0.1 * (parameters["training.epochs"] as number) - 0.2;
      return good + noise[origin!.replicate]!;
    });
    const ranked = await study.configurations();
    expect(ranked[0]).toMatchObject({ number: 0, count: 4 });
    expect(ranked.length).toBe(8);
    for (const { count } of ranked.slice(1)) expect(count).toBeLessThan(4);
  });
});

describe("what was tried before", () => {
  const space = createSpace([epochs]);

  it("is not tried again by default, and the study ends when all has been tried", async () => {
    const { study } = await newStudy({ space, maxTrials: 10 });
    const trials = await runAll(study, () => 0.5);
    expect(new Set(trials.map(({ parameters }) => parameters["training.epochs"]))).toEqual(
      new Set([1, 2, 3]),
    );
    expect(await study.progress()).toMatchObject({
      total: 3,
      isFinished: true,
      ended: { rule: "exhausted", message: "all 3 configurations of the space have been tried" },
    });
  });

  it("is trained again under another seed with `replicate`", async () => {
    const { study } = await newStudy({ space, maxTrials: 10, duplicates: "replicate" });
    const trials = await runAll(study, () => 0.5);
    expect(trials).toHaveLength(10);
    expect(new Set(trials.map(({ seed }) => seed)).size).toBe(10);
    expect(new Set(trials.map(({ origin }) => origin!.configuration)).size).toBe(3);
  });

  it("is taken over with `reuse`, and counts", async () => {
    const { study, storage } = await newStudy({ space, maxTrials: 10, duplicates: "reuse" });
    const run = await runAll(study, ({ parameters }) => (parameters["training.epochs"] as number) / 10);
    expect(run).toHaveLength(3);
    const trials = await storage.listTrials(study.record.id);
    expect(trials).toHaveLength(10);
    for (const { state, parameters, objectiveValue, document, origin } of trials) {
      expect(state).toBe("completed");
      expect(objectiveValue).toBe((parameters["training.epochs"] as number) / 10);
      expect(document).toEqual(trials[origin!.configuration]!.document);
    }
    expect(trials.filter(({ reason }) => reason?.kind === "reused")).toHaveLength(7);
  });
});

describe("given configurations", () => {
  it("come first, completed by draws where they leave something out", async () => {
    const space = createSpace([rate, epochs]);
    const { study } = await newStudy({ space, initial: [{ "training.epochs": 3 }] });
    const [first, second] = await runAll(study, () => 0.5);
    expect(first!.parameters["training.epochs"]).toBe(3);
    expect(first!.origin).toMatchObject({ by: "given", sampler: null, why: null });
    expect(second!.origin).toMatchObject({ by: "sampler" });
  });

  it("come once each, also when two are the same or another was enqueued before", async () => {
    const initial = [0.5, 0.5, 0.75].map((learningRate) => ({ "training.learningRate": learningRate }));
    const { study } = await newStudy({ initial });
    await study.enqueue({ "training.learningRate": 0.25 });
    const trials = await runAll(study, () => 0.5);
    expect(trials.slice(0, 4).map(rateOf)).toEqual([0.25, 0.5, 0.5, 0.75]);
    expect(trials.map(({ origin }) => origin!.by)).toEqual(["given", "given", "given", "given", "sampler"]);
  });

  it("can be enqueued while the study runs, within its budget", async () => {
    const { study } = await newStudy({ maxTrials: 3 });
    await study.ask();
    const enqueued = await study.enqueue({ "training.learningRate": 0.25 });
    expect(enqueued).toMatchObject({ number: 1, state: "waiting" });
    expect(await study.ask()).toMatchObject({ number: 1, parameters: { "training.learningRate": 0.25 } });
    expect((await study.ask())!.number).toBe(2);
    await expect(study.enqueue({})).rejects.toThrow(
      expect.objectContaining({ code: "INVALID_USAGE", hint: "Extend the study first." }),
    );
  });

  it.each<[Record<string, Json>, RegExp]>([
    [
      { "training.learnRate": 0.5 },
      /unknown parameter `training.learnRate`; did you mean `training.learningRate`/,
    ],
    [{ "training.learningRate": 2 }, /`training.learningRate` must be one of its values, .*, got 2/],
  ])("%j is refused", async (parameters, message) => {
    const { study } = await newStudy();
    await expect(study.enqueue(parameters)).rejects.toThrow(message);
    await expect(newStudy({ initial: [parameters] })).rejects.toThrow(message);
  });

  it("a grid passes over what was enqueued", async () => {
    const { study } = await newStudy({
      space: createSpace([epochs]),
      sampler: { name: "grid", options: {} },
      maxTrials: 3,
    });
    await study.enqueue({ "training.epochs": 2 });
    const trials = await runAll(study, () => 0.5);
    expect(trials.map(({ parameters }) => parameters["training.epochs"])).toEqual([2, 1, 3]);
  });
});

describe("tell", () => {
  it.each<[unknown, string]>([
    [Number.NaN, "INVALID_USAGE"],
    [[1, 2], "INVALID_USAGE"],
    [[], "INVALID_USAGE"],
  ])("refuses %j", async (told, code) => {
    const { study } = await newStudy();
    await study.ask();
    await expect(study.tell(0, told as number)).rejects.toThrow(expect.objectContaining({ code }));
    expect((await study.progress()).running).toBe(1);
  });

  it("refuses a trial that is not there, one that nobody asked for, and one that was told", async () => {
    const { study } = await newStudy();
    await expect(study.tell(0, 1)).rejects.toThrow(expect.objectContaining({ code: "TRIAL_NOT_FOUND" }));
    await study.enqueue({ "training.learningRate": 0.5 });
    await expect(study.tell(0, 1)).rejects.toThrow(/asked for and not told yet .* got one that is waiting/);
    await study.ask();
    await study.tell(0, 1);
    await expect(study.tell(0, 1)).rejects.toThrow(expect.objectContaining({ code: "INVALID_TRANSITION" }));
  });

  it("takes a failure with its reason", async () => {
    const { study, storage } = await newStudy();
    await study.ask();
    await study.tell(0, { failed: "the oven went out" });
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      state: "failed",
      reason: { kind: "error", message: "the oven went out" },
    });
  });
});

describe("the end of a study", () => {
  it("comes with its target, and says so", async () => {
    const { study } = await newStudy({ maxTrials: 20, endWhen: { target: 0.8 } });
    const trials = await runAll(study, ({ number }) => number / 10);
    expect(trials).toHaveLength(9);
    const { ended, isFinished } = await study.progress();
    expect(isFinished).toBe(true);
    expect(ended!.message).toBe("validation/accuracy reached 0.8; the target is 0.8");
    expect(await study.ask()).toBeNull();
  });

  it("comes when nothing has improved for long enough", async () => {
    const { study } = await newStudy({ maxTrials: 20, endWhen: { noImprovement: 5 } });
    expect(await runAll(study, ({ number }) => (number === 2 ? 1 : 0))).toHaveLength(8);
    expect((await study.progress()).ended!.rule).toBe("no-improvement");
  });

  it("is taken back when the study is extended", async () => {
    const { study } = await newStudy({ maxTrials: 20, endWhen: { target: 0.1 } });
    await runAll(study, () => 0.5);
    await study.revise({ endWhen: null, maxTrials: 3 }, "go on without a target");
    expect(await runAll(study, () => 0.5)).toHaveLength(2);
    expect(await study.progress()).toMatchObject({ total: 3, isFinished: true, ended: null });
  });
});

describe("a living study", () => {
  it("can be widened and narrowed; what lies outside no longer counts, and each version is kept", async () => {
    const objective = minimized;
    const { study, storage, clock } = await newStudy({
      objective,
      sampler: { name: "tpe", options: {} },
      maxTrials: 30,
    });
    const other = await Study.open({ storage, clock, name: "fixture" });
    for (let number = 0; number < 12; number++) {
      const trial = (await study.ask())!;
      await study.tell(number, rateOf(trial));
    }
    const narrow = createSpace([{ ...rate, distribution: { kind: "float", low: 0.6, high: 0.9 } }, epochs]);
    await study.revise({ space: narrow }, "narrower");
    const next = (await other.ask())!;
    expect(rateOf(next)).toBeGreaterThanOrEqual(0.6);
    expect(rateOf(next)).toBeLessThanOrEqual(0.9);
    expect(next.parameters).toHaveProperty(["training.epochs"]);
    const versions = await study.versions();
    expect(versions.map(({ version, note }) => [version, note])).toEqual([
      [1, ""],
      [2, "narrower"],
    ]);
    await expect(study.revise({ maxTrials: 12 }, "")).rejects.toThrow(
      /at least the 13 trials that it has, got 12/,
    );
    await expect(
      study.revise({ space: createSpace([{ ...rate, name: "training.rate" }]) }, ""),
    ).rejects.toThrow(expect.objectContaining({ code: "INVALID_SPACE" }));
    expect(await study.versions()).toHaveLength(2);
  });
});

describe("several objectives and outcome constraints", () => {
  const parts: Partial<StudyDefinition> = {
    otherObjectives: [{ metric: "train/seconds", direction: "minimize", reduce: "mean-of-last-2" }],
    outcomeConstraints: [{ metric: "model/weights", reduce: "last", max: 100 }],
    maxTrials: 4,
  };

  it("are measured from the curves; the best keeps the constraints, and the front is what nothing beats", async () => {
    const { study, storage } = await newStudy(parts);
    // accuracy, seconds, weights
    const measured = [
      [0.9, 10, 200],
      [0.8, 5, 50],
      [0.7, 6, 50],
      [0.6, 1, 100],
    ] as const;
    for (const [accuracy, seconds, weights] of measured) {
      const lease = leaseOf((await study.claim("w"))!);
      await study.report(lease, [
        point(1, 0.1),
        point(1, 3, "train/seconds"),
        point(1, weights, "model/weights"),
      ]);
      const observations = [
        point(2, accuracy),
        point(2, seconds + 1, "train/seconds"),
        point(3, seconds - 1, "train/seconds"),
      ];
      await study.complete(lease, { result: resultFixture, observations });
    }
    const trials = await storage.listTrials(study.record.id);
    expect(
      trials.map(({ objectiveValue, otherValues, violations }) => [
        objectiveValue,
        ...otherValues,
        ...violations,
      ]),
    ).toEqual([
      [0.9, 10, 100],
      [0.8, 5, -50],
      [0.7, 6, -50],
      [0.6, 1, 0],
    ]);
    expect((await study.best())!.trial.number).toBe(1);
    expect(await study.front()).toEqual([
      { number: 1, values: [0.8, 5] },
      { number: 3, values: [0.6, 1] },
    ]);
  });

  it("are told as one value each", async () => {
    const { study } = await newStudy(parts);
    await study.ask();
    await study.tell(0, { values: [0.5, 2], constrained: [40] });
    expect(await study.front()).toEqual([{ number: 0, values: [0.5, 2] }]);
  });
});

describe("prior results", () => {
  it("are what a sampler starts from", async () => {
    const prior = Array.from({ length: 20 }, (_, index) => ({
      parameters: { "training.learningRate": index / 20 },
      values: [(index / 20 - 0.7) ** 2],
      source: "before",
    }));
    const { study } = await newStudy({ objective: minimized, sampler: { name: "tpe", options: {} }, prior });
    const first = (await study.ask())!;
    expect(first.origin!.why!.kind).toBe("exploiting");
    expect(Math.abs(rateOf(first) - 0.7)).toBeLessThan(0.25);
  });
});

describe("stages", () => {
  const staged = {
    space: createSpace([{ name: "training.learningRate", distribution: { kind: "float", low: 0, high: 1 } }]),
    sampler: { name: "coarse-to-fine", options: {} },
    lengthPath: "training.epochs",
    baseDocument: { training: { learningRate: 0.1, epochs: 90 } },
    objective: minimized,
    maxTrials: 20,
  };
  const epochsOf = ({ document }: TrialRecord) =>
    (document as { readonly training: { readonly epochs: number } }).training.epochs;
  const lossOf = (trial: TrialRecord) => (rateOf(trial) - 0.3) ** 2 + 1 / epochsOf(trial);

  it("have lengths of their own, and train the best configurations again", async () => {
    const { study } = await newStudy(staged);
    const trials = await runAll(study, lossOf);
    expect(trials.map(epochsOf)).toEqual([...Array(12).fill(10), ...Array(6).fill(30), 90, 90]);
    const best = (some: readonly TrialRecord[]) => some.toSorted((a, b) => lossOf(a) - lossOf(b));
    expect(trials.slice(12, 14).map(rateOf)).toEqual(best(trials.slice(0, 12)).slice(0, 2).map(rateOf));
    expect(trials.slice(18).map(rateOf)).toEqual(best(trials.slice(12, 18)).slice(0, 2).map(rateOf));
  });

  it("are the same whoever runs them when results come in order", async () => {
    const ratesOf = async (workers: number) => {
      const { study } = await newStudy({ ...staged, ordered: 4 });
      const running: TrialRecord[] = [];
      const rates: number[] = [];
      while (rates.length < 20 || running.length > 0) {
        const trial = running.length < workers ? await study.ask() : null;
        if (trial === null) {
          const finished = running.pop()!;
          await study.tell(finished.number, lossOf(finished));
        } else {
          running.push(trial);
          rates.push(rateOf(trial));
        }
      }
      return rates;
    };
    expect(await ratesOf(3)).toEqual(await ratesOf(1));
  });
});
