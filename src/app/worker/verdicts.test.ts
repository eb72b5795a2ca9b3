/** What becomes of a trial when its study's scheduler rules on it. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { TunesmithError, type Json } from "../../base/index.ts";
import { loadRuntime } from "../../learning/runtime/index.ts";
import { TrainingRun, trainingDocumentSchema } from "../../learning/training/index.ts";
import { createSpace } from "../../search/space/index.ts";
import { MemoryStorage, type Storage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import type { Ruling, SchedulerChoice, StudyDefinition, TrialRecord } from "../../search/trial/index.ts";
import { trainingSplits } from "../../testing/training-fixture.ts";
import type { WorkerMessage } from "./messages.ts";
import { runTrial } from "./run-trial.ts";
import { trainDocument } from "./train-document.ts";
import type { TrialContext } from "./trial-context.ts";
import { TrialFiles } from "./trial-files.ts";

const splits = trainingSplits();
const runtimes = [await loadRuntime({ backend: "native" }), await loadRuntime({ backend: "reference" })];
const [runtime] = runtimes as [(typeof runtimes)[0]];

const baseDocument = trainingDocumentSchema.parse({
  data: { dataset: "digits" },
  model: { kind: "mlp", hidden: [8] },
  training: { epochs: 4, batchSize: 20 },
});
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json;

let folder: string;
let storage: Storage;
let study: Study;
let context: TrialContext;
let sent: WorkerMessage[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-verdicts-"));
  storage = new MemoryStorage();
  sent = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

async function createStudy(
  scheduler: SchedulerChoice | null,
  changes: Partial<StudyDefinition> = {},
): Promise<void> {
  const clock = { now: () => 0, elapsed: () => 0 };
  study = await Study.create({
    storage,
    clock,
    definition: {
      name: "s",
      description: "",
      space: createSpace([
        { name: "training.learningRate", distribution: { kind: "categorical", values: [0.03, 0.001, 1e-9] } },
      ]),
      sampler: { name: "grid", options: {} },
      ...(scheduler === null ? {} : { scheduler }),
      objective: { metric: "validation/loss", direction: "minimize", reduce: "last" },
      lengthPath: "training.epochs",
      seed: "0",
      maxTrials: 3,
      baseDocument: plain(baseDocument),
      ...changes,
    },
  });
  context = {
    study,
    storage,
    runtime,
    splits: { splits: async () => splits },
    checkpoints: new TrialFiles(folder, { kind: "checkpoints", study: "s" }),
    weights: new TrialFiles(folder, { kind: "weights", study: "s" }),
    inherit: new TrialFiles(folder, { kind: "inherit", study: "s" }),
    clock,
    stop: new AbortController().signal,
    send: (message) => sent.push(message),
  };
}

/** Another process takes its place. */
async function loseWorker(): Promise<void> {
  await study.releaseWorker("host:1:1");
  study = await Study.open({ storage, name: "s", clock: context.clock });
  context = { ...context, study };
}

const claim = async () => (await study.claim("host:1:1"))!;
const recordOf = (number: number) => storage.getTrial(study.record.id, number);

async function hashAfter(trial: TrialRecord, epochs?: number): Promise<string> {
  const document = trainingDocumentSchema.parse(trial.document);
  const { runtime: used } = context;
  const run = await trainDocument({ document, runtime: used, splits: context.splits, epochs });
  return run.finish().resultHash;
}

const startedAt = () => sent.flatMap((message) => (message.kind === "trial-started" ? [message.epoch] : []));

describe("a trial that is ruled to stop", () => {
  test("ends there with the result so far, which its document gives again in as many epochs", async () => {
    await createStudy({ name: "threshold", options: { max: 1e-6, warmupSteps: 2 } });
    const trial = await claim();
    expect(await runTrial(trial, context)).toBe("stopped");
    const { state, result, reason, objectiveValue } = await recordOf(0);
    expect(state).toBe("stopped");
    expect(result).toMatchObject({ epochs: 2, resultHash: await hashAfter(trial, 2) });
    expect(reason).toMatchObject({ kind: "scheduler", facts: { rule: "threshold", step: 2 } });
    const curve = await storage.listObservations(trial.id, "validation/loss");
    expect(curve.map(({ step }) => step)).toEqual([1, 2]);
    expect(objectiveValue).toBe(curve[1]!.value);
    expect(await context.checkpoints.read(0)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  test("after its worker was lost between the report and the end is judged again", async () => {
    await createStudy({ name: "threshold", options: { max: 1e-6, warmupSteps: 2 } });
    vi.spyOn(study, "stop").mockRejectedValueOnce(new TunesmithError("STORE_UNUSABLE", { message: "gone" }));
    await expect(runTrial(await claim(), context)).rejects.toThrow("gone");
    await loseWorker();
    expect(await runTrial(await claim(), context)).toBe("stopped");
    expect(startedAt()).toEqual([0, 0]);
    expect((await recordOf(0)).result).toMatchObject({ epochs: 2 });
  });
});

test("a trial that is ruled to be complete counts in full and says why", async () => {
  await createStudy({ name: "patience", options: { steps: 1, minDelta: 100 } });
  expect(await runTrial(await claim(), context)).toBe("completed");
  const record = await recordOf(0);
  expect(record).toMatchObject({
    state: "completed",
    result: { epochs: 2 },
    reason: { kind: "scheduler", facts: { rule: "patience" } },
  });
  expect(await readdir(join(folder, "weights", "s"))).toEqual(["0.safetensors"]);
});

describe("a trial that is ruled to pause", () => {
  const asha = { name: "asha", options: { mode: "promote", eta: 3 } } as const;

  test.each(runtimes)("goes on when it is promoted, on $backend", async (used) => {
    await createStudy(asha);
    context = { ...context, runtime: used };
    const [first, second, third] = [await claim(), await claim(), await claim()];
    for (const trial of [first, second, third]) expect(await runTrial(trial, context)).toBe("paused");
    expect(await recordOf(0)).toMatchObject({ state: "paused", result: { epochs: 1 } });
    expect(await readdir(join(folder, "checkpoints", "s"))).toHaveLength(3);
    expect(sent.filter(({ kind }) => kind === "trial-paused")).toMatchObject([
      { number: 0, message: expect.stringMatching(/^paused by asha at step 1: validation\/loss/) as unknown },
      { number: 1 },
      { number: 2 },
    ]);
    const promoted = await claim();
    expect(await runTrial(promoted, context)).toBe("paused");
    expect(await runTrial(await claim(), context)).toBe("completed");
    expect(startedAt()).toEqual([0, 0, 0, 1, 3]);
    const record = await recordOf(promoted.number);
    expect(record).toMatchObject({ state: "completed", attempt: 3, result: { epochs: 4 } });
    expect(record.result!.resultHash).toBe(await hashAfter(promoted));
    const curve = await storage.listObservations(promoted.id, "train/loss");
    expect(curve.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });

  test("goes on from the beginning when its checkpoint is gone, and is not judged twice at a step", async () => {
    await createStudy(asha);
    for (const trial of [await claim(), await claim(), await claim()]) await runTrial(trial, context);
    const promoted = await claim();
    await context.checkpoints.remove(promoted.number);
    expect(await runTrial(promoted, context)).toBe("paused");
    expect((await recordOf(promoted.number)).reason).toMatchObject({ facts: { step: 3 } });
    await context.checkpoints.remove(promoted.number);
    expect(await runTrial(await claim(), context)).toBe("completed");
    expect(startedAt()).toEqual([0, 0, 0, 0, 0]);
    const { result } = await recordOf(promoted.number);
    expect(result!.resultHash).toBe(await hashAfter(promoted));
  });

  test("is judged again when its worker was lost between the checkpoint and the pause", async () => {
    await createStudy(asha);
    vi.spyOn(study, "pause").mockRejectedValueOnce(new TunesmithError("STORE_UNUSABLE", { message: "gone" }));
    await expect(runTrial(await claim(), context)).rejects.toThrow("gone");
    await loseWorker();
    expect(await runTrial(await claim(), context)).toBe("paused");
    expect(startedAt()).toEqual([0, 1]);
    expect((await recordOf(0)).reason).toMatchObject({ facts: { step: 1 } });
  });

  test("is complete when nothing is left to train", async () => {
    await createStudy(null);
    const ruling: Ruling = { action: "pause", rule: "asha", step: 4 };
    vi.spyOn(study, "nextJudgement").mockImplementation((_, step) => (step < 4 ? 4 : Infinity));
    vi.spyOn(study, "report").mockResolvedValue(ruling);
    const trial = await claim();
    expect(await runTrial(trial, context)).toBe("completed");
    expect(await recordOf(0)).toMatchObject({ state: "completed", reason: null, result: { epochs: 4 } });
  });
});

describe("a trial that inherits", () => {
  /** As a population's scheduler makes one. */
  function heirOf(parent: TrialRecord, step: number): TrialRecord {
    const document = parent.document as { readonly training: Json & object };
    return {
      ...parent,
      number: 7,
      origin: { ...parent.origin!, by: "inherited", parent: { number: parent.number, step } },
      document: {
        ...document,
        training: { ...document.training, learningRate: 0.002 },
        start: { document, epochs: step },
      },
    };
  }

  test.each(["kept", "damaged", "gone"])(
    "goes on from weights that are %s with the same bits",
    async (what) => {
      await createStudy(null);
      const trial = await claim();
      const document = trainingDocumentSchema.parse(trial.document);
      const run = TrainingRun.create({ document, splits, runtime });
      await run.runEpoch();
      await run.runEpoch();
      const file = run.checkpoint();
      if (what === "damaged") file[file.length - 1]! ^= 1;
      if (what !== "gone") await context.inherit.write(`${trial.number}-2`, file);

      const heir = heirOf(trial, 2);
      const [undisturbed, wholeLine] = [await hashAfter(heir), vi.spyOn(TrainingRun, "create")];
      await runTrial(heir, context);
      expect(startedAt()).toEqual([what === "kept" ? 2 : 0]);
      expect(wholeLine.mock.calls.at(-1)![0].checkpoint === undefined).toBe(what !== "kept");
      expect(sent.filter(({ kind }) => kind === "warning")).toMatchObject(
        what === "damaged"
          ? [
              {
                message: expect.stringMatching(
                  /^trial 7 trains again what it inherits of trial 0: /,
                ) as unknown,
              },
            ]
          : [],
      );
      // The heir runs under its parent's lease here.
      const { result } = await recordOf(0);
      expect(result).toMatchObject({ epochs: 4, resultHash: undisturbed });
      const curve = await storage.listObservations(trial.id, "validation/loss");
      expect(curve.map(({ step }) => step)).toEqual([3, 4]);
      expect(await storage.listObservations(trial.id, "model/weights")).toMatchObject([{ step: 3 }]);
    },
  );
});

test("a population's heirs have the bits of their documents, and its worst members end", async () => {
  await createStudy(
    { name: "pbt", options: { population: 4, intervalSteps: 1 } },
    {
      maxTrials: 9,
      sampler: { name: "random", options: {} },
      space: createSpace([
        {
          name: "training.learningRate",
          distribution: { kind: "float", low: 1e-4, high: 0.1, scale: "log" },
        },
      ]),
    },
  );
  const outcomes: string[] = [];
  for (let trial = await study.claim("w"); trial !== null; trial = await study.claim("w")) {
    outcomes.push(await runTrial(trial, context));
  }
  const trials = await storage.listTrials(study.record.id);
  const heirs = trials.filter(({ origin }) => origin?.by === "inherited");
  expect(heirs.length).toBeGreaterThanOrEqual(3);
  expect(trials.filter(({ state }) => state === "completed")).toHaveLength(4);
  expect(outcomes).toContain("paused");
  for (const heir of heirs.filter(({ state }) => state === "completed")) {
    expect(heir.result!.resultHash).toBe(await hashAfter(heir));
  }
  // Every heir found what it inherits.
  const starts = sent.filter((message) => message.kind === "trial-started");
  for (const { number, origin } of heirs) {
    expect(starts.find((start) => start.number === number)!.epoch).toBe(origin!.parent!.step);
  }
});

test("of a trial's steps the last ones stay inheritable, and a finished study leaves none", async () => {
  const files = new TrialFiles(folder, { kind: "inherit", study: "s" });
  await files.removeEarlierSteps(1, 2);
  for (const name of ["1-2", "1-4", "1-10", "11-2"] as const) await files.write(name, new Uint8Array(1));
  await files.removeEarlierSteps(1, 2);
  expect((await readdir(join(folder, "inherit", "s"))).toSorted()).toEqual([
    "1-10.safetensors",
    "1-4.safetensors",
    "11-2.safetensors",
  ]);
  await files.removeAll();
  expect(await readdir(join(folder, "inherit"))).toEqual([]);
});
