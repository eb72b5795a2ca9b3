import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { trainToEnd, trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import type { EpochRecord } from "./epoch-record.ts";
import { bestEpochOf, earlyStopOf, stoppingSchema } from "./stopping.ts";
import { TrainingRun } from "./training-run.ts";

const historyOf = (values: readonly number[], metric = "validation/loss"): EpochRecord[] =>
  values.map((value, index) => ({ epoch: index + 1, metrics: { [metric]: value, "train/seconds": 2 } }));

const rules = (stopping: object) => stoppingSchema.parse(stopping);

describe("the best epoch", () => {
  it("is the first of the smallest losses and of the largest accuracies", () => {
    expect(bestEpochOf(historyOf([3, 1, 2, 1]), rules({}))).toBe(2);
    const accuracies = historyOf([0.1, 0.9, 0.9, 0.2], "validation/accuracy");
    expect(bestEpochOf(accuracies, rules({ metric: "validation/accuracy" }))).toBe(2);
    expect(bestEpochOf(historyOf([3, 1, 2]), rules({ direction: "maximize" }))).toBe(1);
  });

  it("passes over values that are not finite", () => {
    expect(bestEpochOf(historyOf([Number.NaN, 2, -Infinity]), rules({}))).toBe(2);
    expect(bestEpochOf(historyOf([Number.NaN]), rules({}))).toBeUndefined();
    expect(bestEpochOf([], rules({}))).toBeUndefined();
  });
});

describe("a rule", () => {
  it("of patience counts the epochs since an improvement of at least the least difference", () => {
    const patient = rules({ patience: 2, minimumDelta: 0.5 });
    expect(earlyStopOf(historyOf([3, 2.4, 2.3]), patient)).toBeUndefined();
    expect(earlyStopOf(historyOf([3, 2.4, 2.3, 2.2]), patient)).toEqual({
      reason: "patience",
      message: "`validation/loss` has not improved for 2 epochs, since epoch 2.",
      isReproducible: true,
    });
  });

  it("of time adds up what all passes took, and says that its result cannot be reproduced", () => {
    expect(earlyStopOf(historyOf([1, 1]), rules({ timeLimitSeconds: 5 }))).toBeUndefined();
    expect(earlyStopOf(historyOf([1, 1, 1]), rules({ timeLimitSeconds: 5 }))).toMatchObject({
      reason: "time-limit",
      isReproducible: false,
    });
  });

  it("of divergence compares the training loss with its smallest", () => {
    const rule = rules({ divergenceFactor: 3 });
    expect(earlyStopOf(historyOf([2, 1, 3], "train/loss"), rule)).toBeUndefined();
    expect(earlyStopOf(historyOf([2, 1, 3.1], "train/loss"), rule)).toMatchObject({ reason: "divergence" });
    expect(earlyStopOf(historyOf([2], "train/loss"), rule)).toBeUndefined();
  });

  it("that is not given stops nothing", () => {
    expect(earlyStopOf(historyOf([1, 2, 3, 4, 5]), rules({}))).toBeUndefined();
  });
});

const splits = trainingSplits();
// Labels that nothing predicts, so that the validation loss soon rises.
const chance = new RandomStream(toSeed(3), "labels");
splits.train.examples.labels.forEach((_label, i, labels) => (labels[i] = chance.integerBelow(3, i)));
const runtime = await loadRuntime();
const overfitting = { epochs: 60, learningRate: 0.05, batchSize: 10 } as const;

describe("a training", () => {
  it("stops after its patience, as often and with the same bits", async () => {
    const document = trainingDocument({ ...overfitting, stopping: { patience: 4 } });
    const first = await trainToEnd({ document, splits, runtime });
    expect(first.epochs).toBeLessThan(60);
    expect(first.epochs).toBe(first.bestEpoch! + 4);
    expect(first.stoppedEarly).toMatchObject({ reason: "patience", epoch: first.epochs });
    expect(first.history.at(-1)!.stoppedEarly!.message).toMatch(/not improved for 4 epochs/);
    expect((await trainToEnd({ document, splits, runtime })).resultHash).toBe(first.resultHash);
  });

  it("does not call it early when a rule would stop it after its last epoch", async () => {
    const { stoppedEarly, epochs } = await trainToEnd({
      document: trainingDocument({ epochs: 2, stopping: { timeLimitSeconds: 1e-9 } }),
      splits,
      runtime,
    });
    expect({ epochs, reason: stoppedEarly?.reason }).toEqual({ epochs: 1, reason: "time-limit" });
    const last = trainingDocument({ epochs: 1, stopping: { timeLimitSeconds: 1e-9 } });
    expect((await trainToEnd({ document: last, splits, runtime })).stoppedEarly).toBeUndefined();
  });

  it("ends with the weights of its best epoch where that is asked for", async () => {
    const document = trainingDocument({ ...overfitting, epochs: 25, restoreBest: true });
    const run = TrainingRun.create({ document, splits, runtime });
    const perEpoch: ReturnType<TrainingRun["weights"]>[] = [];
    const plain = TrainingRun.create({
      document: trainingDocument({ ...overfitting, epochs: 25 }),
      splits,
      runtime,
    });
    for await (const record of run) {
      expect(record.bestEpoch).toBe(bestEpochOf(run.history, document.training.stopping));
      await plain.runEpoch();
      perEpoch.push(plain.weights());
    }
    expect(run.bestEpoch).toBeLessThan(25);
    expect(run.weights()).toEqual(perEpoch[run.bestEpoch! - 1]);
    expect(plain.weights()).toEqual(perEpoch[24]);
    expect(run.finish().resultHash).not.toBe(plain.finish().resultHash);
  });

  it("keeps its best weights in checkpoints", async () => {
    const document = trainingDocument({ ...overfitting, epochs: 25, restoreBest: true });
    const { resultHash, bestEpoch } = await trainToEnd({ document, splits, runtime });
    let run = TrainingRun.create({ document, splits, runtime });
    while (!run.isFinished) {
      await run.runEpoch();
      run = TrainingRun.create({ document, splits, runtime, checkpoint: run.checkpoint() });
    }
    expect(run.finish()).toMatchObject({ resultHash, bestEpoch });
  });

  it("refuses a metric of which nobody knows whether more is better", () => {
    const document = trainingDocument({ stopping: { metric: "hidden1/weight-mean-absolute" } });
    expect(() => TrainingRun.create({ document, splits, runtime })).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: expect.stringContaining("`hidden1/weight-mean-absolute`") as unknown,
      }),
    );
  });
});

describe("evaluation on the training split", () => {
  it("is measured with the weights as they are after the epoch", async () => {
    const still = trainingDocument({ learningRate: 1e-12, epochs: 1, evaluateTrain: true });
    const { metrics } = (await trainToEnd({ document: still, splits, runtime })).history[0]!;
    expect(metrics["train-evaluated/loss"]).toBeCloseTo(metrics["train/loss"]!, 6);
    const moving = trainingDocument({ learningRate: 0.05, epochs: 1, evaluateTrain: true });
    const moved = (await trainToEnd({ document: moving, splits, runtime })).history[0]!.metrics;
    expect(moved["train-evaluated/loss"]).toBeLessThan(moved["train/loss"]!);
    expect(moved["train-evaluated/accuracy"]).toBeGreaterThan(moved["train/accuracy"]!);
  });
});
