import { describe, expect, it } from "vitest";

import { trainingSplits } from "../../testing/training-fixture.ts";
import type { TrainingSplits } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocument, type TrainingDocumentInput } from "./document.ts";
import { findLearningRate } from "./find-learning-rate.ts";
import { trainingOrder } from "./training-order.ts";
import { TrainingRun } from "./training-run.ts";

const runtime = await loadRuntime();

function documentOf(
  training: TrainingDocumentInput["training"],
  { sampling = "shuffle", seed = "1" }: { sampling?: "shuffle" | "balanced"; seed?: string } = {},
): TrainingDocument {
  return trainingDocumentSchema.parse({
    data: { dataset: "digits", sampling },
    model: { kind: "mlp", hidden: [6] },
    training: { epochs: 2, batchSize: 16, ...training },
    seed,
  });
}

/** 100 training examples, of which 62 are of class 0, 33 of class 1 and 5 of class 2. */
function unbalanced(): TrainingSplits {
  const splits = trainingSplits();
  const labels = splits.train.examples.labels.slice();
  splits.train.indices.forEach((index, place) => (labels[index] = place < 62 ? 0 : place < 95 ? 1 : 2));
  const examples = { ...splits.train.examples, labels };
  return {
    ...splits,
    train: { ...splits.train, examples },
    validation: { ...splits.validation, examples },
  };
}

const countsOf = ({ train }: TrainingSplits, order: Int32Array) => {
  const counts = [0, 0, 0];
  for (const index of order) counts[train.examples.labels[index]!]! += 1;
  return counts;
};

async function trained(document: TrainingDocument, splits: TrainingSplits): Promise<TrainingRun> {
  const run = TrainingRun.create({ document, splits, runtime });
  while (!run.isFinished) await run.runEpoch();
  return run;
}

describe("balanced sampling", () => {
  const splits = unbalanced();
  const balanced = documentOf({}, { sampling: "balanced" });

  it("draws each class equally often, and the classes that get one more in turn", () => {
    const counts = [1, 2, 3].map((epoch) => countsOf(splits, trainingOrder(balanced, splits, epoch)));
    expect(counts).toEqual([
      [34, 33, 33],
      [33, 34, 33],
      [33, 33, 34],
    ]);
    expect(countsOf(splits, trainingOrder(documentOf({}), splits, 1))).toEqual([62, 33, 5]);
  });

  it("takes the examples of a class equally often, and training examples alone", () => {
    const order = trainingOrder(balanced, splits, 1);
    expect(order.every((index) => splits.train.indices.includes(index))).toBe(true);
    const times = new Map<number, number>();
    for (const index of order) times.set(index, (times.get(index) ?? 0) + 1);
    const timesOf = (label: number) =>
      [...times].filter(([index]) => splits.train.examples.labels[index] === label).map(([, count]) => count);
    expect(timesOf(0)).toEqual(Array.from({ length: 34 }, () => 1));
    expect(timesOf(1)).toEqual(Array.from({ length: 33 }, () => 1));
    expect(timesOf(2).toSorted((a, b) => a - b)).toEqual([6, 6, 7, 7, 7]);
  });

  it("is a function of seed and epoch", () => {
    expect(trainingOrder(balanced, splits, 4)).toEqual(trainingOrder(balanced, splits, 4));
    expect(trainingOrder(balanced, splits, 4)).not.toEqual(trainingOrder(balanced, splits, 5));
    const other = documentOf({}, { sampling: "balanced", seed: "2" });
    expect(trainingOrder(other, splits, 4)).not.toEqual(trainingOrder(balanced, splits, 4));
  });

  it("goes on after a checkpoint to the same result", async () => {
    const whole = await trained(balanced, splits);
    const run = TrainingRun.create({ document: balanced, splits, runtime });
    await run.runEpoch();
    const resumed = TrainingRun.create({ document: balanced, splits, runtime, checkpoint: run.checkpoint() });
    await resumed.runEpoch();
    expect(resumed.finish().resultHash).toBe(whole.finish().resultHash);
    expect(whole.finish().resultHash).not.toBe((await trained(documentOf({}), splits)).finish().resultHash);
  });

  it("is refused where there are no classes", () => {
    const regression: TrainingSplits = { ...splits, task: { kind: "regression", targetNames: ["y"] } };
    const labels = Float32Array.from(splits.train.examples.labels);
    const examples = { ...splits.train.examples, labels };
    const create = () =>
      TrainingRun.create({
        document: documentOf({ loss: "mean-squared-error" }, { sampling: "balanced" }),
        runtime,
        splits: {
          ...regression,
          train: { ...splits.train, examples },
          validation: { ...splits.validation, examples },
        },
      });
    expect(create).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: "data.sampling: `balanced` draws each class equally often, got values to predict.",
      }),
    );
  });

  it("is refused for a class without training examples, in a learning-rate search too", async () => {
    const without = { ...splits, train: { ...splits.train, indices: splits.train.indices.slice(0, 95) } };
    const refusal = expect.objectContaining({
      code: "INVALID_DOCUMENT",
      message: expect.stringMatching(/every class must have a training example, got none of `class 2`/),
    });
    expect(() => TrainingRun.create({ document: balanced, splits: without, runtime })).toThrow(refusal);
    await expect(findLearningRate({ document: balanced, splits: without, runtime })).rejects.toEqual(refusal);
  });
});

describe("a last batch that is not whole", () => {
  const splits = trainingSplits();

  it("is kept unless it is to be dropped", () => {
    const kept = trainingOrder(documentOf({}), splits, 1);
    const dropped = trainingOrder(documentOf({ lastBatch: "drop" }), splits, 1);
    expect(kept).toHaveLength(100);
    expect(dropped).toEqual(kept.subarray(0, 96));
    expect(trainingOrder(documentOf({ lastBatch: "drop", batchSize: 50 }), splits, 1)).toHaveLength(100);
    expect(trainingOrder(documentOf({ lastBatch: "drop", batchSize: "full" }), splits, 1)).toHaveLength(100);
    const accumulated = documentOf({ lastBatch: "drop", accumulationSteps: 3 });
    expect(trainingOrder(accumulated, splits, 1)).toHaveLength(96);
  });

  it("does not count in an epoch's metrics when it is dropped", async () => {
    const still = { optimizer: "sgd", learningRate: 1e-30, epochs: 1, evaluateTrain: true } as const;
    const document = documentOf({ ...still, lastBatch: "drop" });
    const run = await trained(document, splits);
    const seen = trainingOrder(document, splits, 1);
    const onlySeen = { ...splits, train: { ...splits.train, indices: seen } };
    const expected = await trained(documentOf(still), onlySeen);
    const { metrics } = run.history[0]!;
    const { metrics: expectedMetrics } = expected.history[0]!;
    expect(metrics["train/accuracy"]! * 96).toBeCloseTo(expectedMetrics["train-evaluated/accuracy"]! * 96, 9);
    expect(metrics["train/loss"]).toBeCloseTo(expectedMetrics["train-evaluated/loss"]!, 5);
  });

  it("has no place in a schedule when it is dropped", async () => {
    const schedule = { kind: "cosine", per: "step" } as const;
    const rateAfter = async (training: TrainingDocumentInput["training"]) => {
      const run = await trained(documentOf({ ...training, learningRate: 0.1, schedule }), splits);
      return run.history.map(({ metrics }) => metrics["train/learning-rate"]);
    };
    const whole = trainingSplits({ train: 96 });
    const run = await trained(documentOf({ learningRate: 0.1, schedule }), whole);
    expect(await rateAfter({ lastBatch: "drop" })).toEqual(
      run.history.map(({ metrics }) => metrics["train/learning-rate"]),
    );
    expect(await rateAfter({ lastBatch: "drop" })).not.toEqual(await rateAfter({}));
  });

  it("does not count in measurements of the last step when it is dropped", async () => {
    const document = documentOf({ lastBatch: "drop", measure: ["histograms"], batchSize: 33 });
    const run = TrainingRun.create({ document, splits, runtime });
    const { histograms } = await run.runEpoch();
    const [, { bins }] = Object.entries(histograms!).find(([name]) => name.endsWith("/activation"))!;
    expect(bins.reduce((sum, [, , count]) => sum + count, 0)).toBe(33 * 6);
  });

  it("leaves nothing when a batch takes more than there is, so that is refused", () => {
    const create = () =>
      TrainingRun.create({ document: documentOf({ lastBatch: "drop", batchSize: 101 }), splits, runtime });
    expect(create).toThrow(expect.objectContaining({ code: "INVALID_DOCUMENT" }));
  });
});
