import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import type { Clock, Json } from "../../base/index.ts";
import type { TrainingSplits } from "../../learning/data/index.ts";
import { loadRuntime, type Runtime } from "../../learning/runtime/index.ts";
import { TrainingRun, trainingDocumentSchema } from "../../learning/training/index.ts";
import { createSpace } from "../../search/space/index.ts";
import { MemoryStorage, type Storage } from "../../search/storage/index.ts";
import { Study } from "../../search/study/index.ts";
import type { EpochEvent } from "../spec/index.ts";
import { readKeptWeights } from "./kept-weights.ts";
import type { WorkerMessage } from "./messages.ts";
import { runTrial } from "./run-trial.ts";
import type { TrialContext } from "./trial-context.ts";
import { TrialFiles } from "./trial-files.ts";

const examples = {
  count: 40,
  shape: [4, 4, 1],
  features: Uint8Array.from({ length: 40 * 16 }, (_, i) => (i * 37) % 251),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i % 2),
};
const splits: TrainingSplits = {
  train: { examples, indices: Int32Array.from({ length: 30 }, (_, i) => i) },
  validation: { examples, indices: Int32Array.from({ length: 10 }, (_, i) => 30 + i) },
  task: { kind: "classification", classes: ["0", "1"] },
  shape: examples.shape,
};

const document = trainingDocumentSchema.parse({
  data: { dataset: "digits" },
  model: { kind: "mlp", hidden: [16] },
  training: { epochs: 4, batchSize: 30 },
});

class SteppedClock implements Clock {
  time = 0;

  now(): number {
    return this.time;
  }

  elapsed(): number {
    return this.time;
  }
}

let folder: string;
let runtime: Runtime;
let storage: Storage;
let study: Study;
let clock: SteppedClock;
let sent: WorkerMessage[];
let stop: AbortController;
let context: TrialContext;

beforeAll(async () => {
  runtime = await loadRuntime();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-run-trial-"));
  storage = new MemoryStorage();
  clock = new SteppedClock();
  study = await Study.create({
    storage,
    clock,
    definition: {
      name: "s",
      description: "",
      space: createSpace([
        { name: "training.weightDecay", distribution: { kind: "categorical", values: [0, 0.1] } },
      ]),
      sampler: { name: "grid", options: {} },
      objective: { metric: "validation/loss", direction: "minimize", reduce: "last" },
      seed: "0",
      maxTrials: 2,
      baseDocument: JSON.parse(JSON.stringify(document)) as Json,
    },
  });
  sent = [];
  stop = new AbortController();
  context = {
    study,
    storage,
    runtime,
    splits: { splits: async () => splits },
    checkpoints: new TrialFiles(folder, { kind: "checkpoints", study: "s" }),
    weights: new TrialFiles(folder, { kind: "weights", study: "s" }),
    inherit: new TrialFiles(folder, { kind: "inherit", study: "s" }),
    clock,
    stop: stop.signal,
    send: (message) => sent.push(message),
  };
});

afterEach(() => rm(folder, { recursive: true }));

async function claim() {
  return (await study.claim("host:1:1"))!;
}

async function undisturbedHash(trial: { readonly document: Json }): Promise<string> {
  const run = TrainingRun.create({ document: trainingDocumentSchema.parse(trial.document), splits, runtime });
  while (!run.isFinished) await run.runEpoch();
  return run.finish().resultHash;
}

/** Calls back when the worker tells of an epoch. The clock moves on by a second, so that every epoch is told. */
function onEpoch(epoch: number, action: () => void): TrialContext {
  const send = (message: WorkerMessage) => {
    sent.push(message);
    clock.time += 1000;
    if (message.kind === "trial-progress" && message.epoch === epoch) action();
  };
  return { ...context, send };
}

describe("a trial", () => {
  test("that nothing disturbs is completed with all its observations", async () => {
    const trial = await claim();
    expect(await runTrial(trial, context)).toBe("completed");
    const record = await storage.getTrial(study.record.id, 0);
    expect(record).toMatchObject({
      state: "completed",
      result: { epochs: 4, resultHash: await undisturbedHash(trial) },
    });
    const curve = await storage.listObservations(trial.id, "validation/loss");
    expect(curve.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(record.objectiveValue).toBe(curve.at(-1)!.value);
    expect(await storage.listObservations(trial.id, "model/weights")).toMatchObject([
      { step: 1, value: 16 * 16 + 16 + 16 * 2 + 2 },
    ]);
    expect(await storage.listObservations(trial.id, "model/multiply-adds")).toMatchObject([
      { step: 1, value: 16 * 16 + 16 * 2 },
    ]);
    expect(sent[0]).toMatchObject({ kind: "trial-started", number: 0, epoch: 0, epochs: 4 });
  });

  test("that is asked to stop is handed back with a checkpoint, and ends as if undisturbed", async () => {
    const trial = await claim();
    expect(
      await runTrial(
        trial,
        onEpoch(2, () => stop.abort()),
      ),
    ).toBe("handed-back");
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({ state: "waiting", reason: null });
    expect(await context.checkpoints.read(0)).toBeDefined();

    const again = await claim();
    expect(await runTrial(again, { ...context, stop: new AbortController().signal })).toBe("completed");
    expect(sent.filter(({ kind }) => kind === "trial-started")).toMatchObject([
      { epoch: 0 },
      { epoch: 2, attempt: 2 },
    ]);
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      state: "completed",
      result: { resultHash: await undisturbedHash(trial) },
    });
    expect((await storage.listObservations(trial.id, "train/loss")).map(({ step }) => step)).toEqual([
      1, 2, 3, 4,
    ]);
    expect(await context.checkpoints.read(0)).toBeUndefined();
  });

  test("has a whole curve also when the checkpoint is ahead of what the store still has", async () => {
    const trial = await claim();
    expect(
      await runTrial(
        trial,
        onEpoch(3, () => stop.abort()),
      ),
    ).toBe("handed-back");
    // Another attempt began from nothing, so that what the first had reported no longer stands; then it was lost as well.
    const second = await claim();
    const point = { metric: "train/loss", step: 1, time: 0, value: 9 };
    for (const metric of ["train/loss", "validation/accuracy"]) {
      await study.report({ trialId: second.id, attempt: 2 }, [{ ...point, metric }]);
    }
    await study.releaseWorker("host:1:1");
    expect(await runTrial(await claim(), { ...context, stop: new AbortController().signal })).toBe(
      "completed",
    );
    for (const metric of ["train/loss", "validation/accuracy"]) {
      const curve = await storage.listObservations(trial.id, metric);
      expect(curve.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    }
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      result: { resultHash: await undisturbedHash(trial) },
    });
  });

  test("whose checkpoint is damaged starts anew with a warning", async () => {
    const trial = await claim();
    await context.checkpoints.write(0, new Uint8Array(100));
    expect(await runTrial(trial, context)).toBe("completed");
    expect(sent[0]).toMatchObject({
      kind: "warning",
      message: expect.stringMatching(/^trial 0 starts anew: checkpoint/) as unknown,
    });
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      result: { resultHash: await undisturbedHash(trial) },
    });
  });

  test("whose checkpoint cannot be written is handed back with a warning", async () => {
    const nowhere = new TrialFiles(join(folder, "deleted"), { kind: "checkpoints", study: "s" });
    const trial = await claim();
    const outcome = await runTrial(trial, { ...onEpoch(2, () => stop.abort()), checkpoints: nowhere });
    expect(outcome).toBe("handed-back");
    expect(sent.at(-1)).toMatchObject({
      kind: "warning",
      message: expect.stringMatching(/^trial 0: its checkpoint cannot be written: ENOENT/) as unknown,
    });
  });

  test("is broken off in the middle of an epoch, and goes on from that step", async () => {
    const trial = await claim();
    let left = 0;
    // Every look at the clock is long, so that each step is a slice; the stop comes after some of them.
    vi.spyOn(performance, "now").mockImplementation(() => {
      if (left-- === 0) stop.abort();
      return left * -1e6;
    });
    left = 5;
    expect(await runTrial(trial, context)).toBe("handed-back");
    vi.restoreAllMocks();
    const checkpoint = (await context.checkpoints.read(0))!;
    const run = TrainingRun.create({
      document: trainingDocumentSchema.parse(trial.document),
      splits,
      runtime,
      checkpoint,
    });
    expect(run.hasBegun).toBe(true);
    const undisturbed = await undisturbedHash(trial);
    expect(await runTrial(await claim(), { ...context, stop: new AbortController().signal })).toBe(
      "completed",
    );
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({ result: { resultHash: undisturbed } });
  });

  test("tells the study's callback of each epoch, which can end it", async () => {
    const trial = await claim();
    const seen: EpochEvent[] = [];
    const onEnd = (event: EpochEvent) => {
      seen.push({ ...event, history: [...event.history] });
      if (event.epoch.epoch === 2) event.stop("good enough.");
    };
    expect(await runTrial(trial, { ...context, onEpoch: onEnd })).toBe("completed");
    expect(seen.map(({ epoch, history }) => [epoch.epoch, history.length])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(seen[0]).toMatchObject({ trial: { number: 0, seed: trial.seed, document: trial.document } });
    const record = await storage.getTrial(study.record.id, 0);
    const curve = await storage.listObservations(trial.id, "validation/loss");
    expect(record).toMatchObject({
      state: "completed",
      objectiveValue: curve.at(-1)!.value,
      result: { epochs: 2 },
      reason: {
        kind: "stopped-early",
        message: "good enough.",
        facts: { rule: "request", epoch: 2, isReproducible: false },
      },
    });
  });

  test("whose callback throws is failed with its message", async () => {
    const broken = { ...context, onEpoch: () => Promise.reject(new Error("no such thing")) };
    expect(await runTrial(await claim(), broken)).toBe("failed");
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      reason: { kind: "error", message: "no such thing" },
    });
  });

  test("leaves its weights when it is the best so far, and only then", async () => {
    for (let trial = await study.claim("w"); trial !== null; trial = await study.claim("w")) {
      expect(await runTrial(trial, context)).toBe("completed");
    }
    const best = (await study.best())!.trial;
    expect(await readdir(join(folder, "weights", "s"))).toEqual([`${best.number}.safetensors`]);
    const kept = { trial: best.number, expected: best.result! };
    const bytes = (await readKeptWeights(context.weights, kept))!;
    const { length } = bytes;
    const elsewhere = { ...kept, expected: { ...best.result!, resultHash: "another" } };
    expect(await readKeptWeights(context.weights, elsewhere)).toBeUndefined();
    expect(await readKeptWeights(context.weights, { ...kept, trial: 7 })).toBeUndefined();
    bytes[length - 3]! ^= 1;
    await context.weights.write(best.number, bytes);
    expect(await readKeptWeights(context.weights, kept)).toBeUndefined();
    await context.weights.write(best.number, bytes.subarray(0, length - 1));
    expect(await readKeptWeights(context.weights, kept)).toBeUndefined();
  });

  test("that another attempt owns by now is dropped and nothing is written", async () => {
    const trial = await claim();
    const sleepBeyondLease = async () => {
      await study.releaseWorker("host:1:1");
      await study.claim("host:2:2");
      return splits;
    };
    const outcome = await runTrial(trial, { ...context, splits: { splits: sleepBeyondLease } });
    expect(outcome).toBe("dropped");
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      state: "running",
      worker: "host:2:2",
      attempt: 2,
    });
  });

  test("trains on while the store is away, and everything that it measured arrives", async () => {
    const isBack = Promise.withResolvers<void>();
    let isAway = true;
    const slow = new Proxy(storage, {
      get: (target, name) => {
        const member = Reflect.get(target, name, target) as unknown;
        if (typeof member !== "function") return member;
        return async (...given: unknown[]) => {
          if (name === "appendObservations" && isAway) await isBack.promise;
          return (member as (...all: unknown[]) => unknown).apply(target, given);
        };
      },
    });
    const elsewhere = await Study.open({ storage: slow, clock, name: "s" });
    const trial = (await elsewhere.claim("host:1:1"))!;
    const trainedAway: number[] = [];
    clock.time = 1000;
    const send = (message: WorkerMessage) => {
      if (message.kind !== "trial-progress") return;
      clock.time += 1000;
      if (isAway) trainedAway.push(message.epoch);
      if (message.epoch === 3) {
        isAway = false;
        isBack.resolve();
      }
    };
    expect(await runTrial(trial, { ...context, study: elsewhere, send })).toBe("completed");
    expect(trainedAway).toEqual([1, 2, 3]);
    const steps = await storage.listObservations(trial.id, "validation/accuracy");
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });

  test("that took three workers down is given up", async () => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      await claim();
      await study.releaseWorker("host:1:1");
    }
    expect(await runTrial(await claim(), context)).toBe("failed");
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      state: "failed",
      reason: { kind: "lost", message: "its worker was lost 3 times while running this trial." },
    });
  });

  test("handed back three times is not given up", async () => {
    for (let attempt = 1; attempt <= 3; attempt++) {
      const trial = await claim();
      await study.handBack({ trialId: trial.id, attempt: trial.attempt });
    }
    expect(await runTrial(await claim(), context)).toBe("completed");
  });

  test.each([
    [new Error("no such thing"), "error"],
    [new RangeError("Array buffer allocation failed"), "out-of-memory"],
  ])("that throws %s is failed as such", async (error, kind) => {
    const failing = { ...context, splits: { splits: () => Promise.reject(error) } };
    expect(await runTrial(await claim(), failing)).toBe("failed");
    expect(await storage.getTrial(study.record.id, 0)).toMatchObject({
      state: "failed",
      reason: { kind, message: error.message },
    });
  });
});
