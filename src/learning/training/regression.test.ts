/** Trainings that predict values, end to end. */
import { describe, expect, it } from "vitest";

import { trainToEnd } from "../../testing/training-fixture.ts";
import { loadDataset, splitDataset, type TrainingSplits } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocument, type TrainingDocumentInput } from "./document.ts";
import { TrainingRun } from "./training-run.ts";

const runtime = await loadRuntime();

function documentOf(
  training: TrainingDocumentInput["training"],
  model: TrainingDocumentInput["model"] = { kind: "mlp", hidden: [32] },
): TrainingDocument {
  const data = { dataset: "friedman1", train: 1000, validation: 300 } as const;
  return trainingDocumentSchema.parse({ data, model, training });
}

async function splitsOf({ data }: TrainingDocument): Promise<TrainingSplits> {
  return splitDataset(await loadDataset(data), data);
}

describe("a training on values", () => {
  it("reports loss, mean absolute error and R squared as their definitions have it", async () => {
    const document = documentOf({ epochs: 2, evaluateTrain: true }, { kind: "mlp", hidden: [] });
    const splits = await splitsOf(document);
    const run = TrainingRun.create({ document, splits, runtime });
    await run.runEpoch();
    const { metrics } = await run.runEpoch();
    const weights = run.weights();
    const weight = weights["output.weight"]!.values;
    const bias = weights["output.bias"]!.values[0]!;
    for (const [name, { examples, indices }] of [
      ["train-evaluated", splits.train],
      ["validation", splits.validation],
    ] as const) {
      const targets = Array.from(indices, (index) => examples.labels[index]!);
      const errors = Array.from(indices, (index) => {
        const x = Array.from(examples.features.subarray(index * 10, index * 10 + 10));
        return x.reduce((sum, value, i) => sum + value * weight[i]!, bias) - examples.labels[index]!;
      });
      const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
      const spread = targets.reduce((sum, target) => sum + (target - mean) ** 2, 0);
      const squares = errors.reduce((sum, error) => sum + error ** 2, 0);
      const absolute = errors.reduce((sum, error) => sum + Math.abs(error), 0);
      expect(metrics[`${name}/loss`]).toBeCloseTo(squares / errors.length, 3);
      expect(metrics[`${name}/mean-absolute-error`]).toBeCloseTo(absolute / errors.length, 4);
      expect(metrics[`${name}/r-squared`]).toBeCloseTo(1 - squares / spread, 4);
    }
  });

  it.each(["mean-squared-error", "mean-absolute-error", "huber"] as const)("learns by %s", async (loss) => {
    const document = documentOf({ loss, epochs: 60, learningRate: 0.01 }, { kind: "mlp", hidden: [64, 64] });
    const { history } = await trainToEnd({ document, splits: await splitsOf(document), runtime });
    expect(history.at(-1)!.metrics["validation/r-squared"]).toBeGreaterThan(0.85);
  });

  it("goes on from a checkpoint with the same bits", async () => {
    const document = documentOf({ epochs: 3 });
    const splits = await splitsOf(document);
    const whole = await trainToEnd({ document, splits, runtime });
    const first = TrainingRun.create({ document, splits, runtime });
    await first.runEpoch();
    const second = TrainingRun.create({ document, splits, runtime, checkpoint: first.checkpoint() });
    while (!second.isFinished) await second.runEpoch();
    expect(second.finish().resultHash).toBe(whole.resultHash);
  });

  it.each([Number.NaN, Infinity])("refuses the target %f, naming the example", async (target) => {
    const document = documentOf({});
    const splits = await splitsOf(document);
    const { examples } = splits.train;
    const labels = Float32Array.from(examples.labels);
    labels[17] = target;
    const changed = { ...examples, labels };
    const create = () =>
      TrainingRun.create({
        document,
        runtime,
        splits: {
          ...splits,
          train: { ...splits.train, examples: changed },
          validation: { ...splits.validation, examples: changed },
        },
      });
    expect(create).toThrow(
      expect.objectContaining({
        code: "INVALID_DATA",
        message: `training data: values to predict must be finite, got ${target} for example 17.`,
      }),
    );
  });

  it("refuses targets that are no probabilities for binary cross-entropy", async () => {
    const document = documentOf({ loss: "binary-cross-entropy" });
    const splits = await splitsOf(document);
    expect(() => TrainingRun.create({ document, splits, runtime })).toThrow(
      expect.objectContaining({
        code: "INVALID_DATA",
        message: expect.stringContaining("values to predict must be from 0 to 1"),
      }),
    );
  });

  it("refuses a loss for classes, naming those that fit", async () => {
    const document = documentOf({});
    const splits = await splitsOf(document);
    const training = { ...document.training, loss: "cross-entropy" as const };
    expect(() => TrainingRun.create({ document: { ...document, training }, splits, runtime })).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message:
          "training.loss: expected a loss that fits regression data, one of `mean-squared-error`, `mean-absolute-error`, `huber`, `binary-cross-entropy`, got `cross-entropy`.",
      }),
    );
  });
});

describe("a training on classes by another loss", () => {
  // The mean absolute error is least for outputs that are all 0, which tell no class from another.
  it.each(["mean-squared-error", "huber", "binary-cross-entropy"] as const)(
    "%s reports the accuracy and learns",
    async (loss) => {
      const data = { dataset: "digits", train: 1500, validation: 300 } as const;
      const document = trainingDocumentSchema.parse({
        data,
        model: { kind: "mlp", hidden: [32] },
        training: { loss, epochs: 4, learningRate: 0.003 },
      });
      const { history } = await trainToEnd({ document, splits: await splitsOf(document), runtime });
      const accuracies = history.map(({ metrics }) => metrics["validation/accuracy"]!);
      expect(accuracies.at(-1)).toBeGreaterThan(0.3);
    },
  );

  it("class weights make the reported loss a weighted mean over the whole split", async () => {
    const train = async (classWeights?: number[]) => {
      const document = trainingDocumentSchema.parse({
        data: { dataset: "digits", train: 100, validation: 50 },
        model: { kind: "mlp", hidden: [8] },
        // So small a rate leaves the weights as they are.
        training: { epochs: 1, learningRate: 1e-30, ...(classWeights && { classWeights }) },
      });
      const splits = await splitsOf(document);
      const { history } = await trainToEnd({ document, splits, runtime });
      return { splits, metrics: history[0]!.metrics };
    };
    const even = await train();
    const doubled = await train(Array.from({ length: 10 }, () => 2));
    expect(doubled.metrics["validation/loss"]).toBeCloseTo(even.metrics["validation/loss"]!, 6);
    // All weight on one class: the loss is the mean over its examples.
    const mostly = (favoured: number) =>
      train(Array.from({ length: 10 }, (_, label) => (label === favoured ? 1e6 : 1e-6)));
    const perClass = await Promise.all(Array.from({ length: 10 }, (_, label) => mostly(label)));
    const { examples, indices } = even.splits.validation;
    const expected = perClass.reduce((sum, { metrics }, label) => {
      const count = indices.filter((index) => examples.labels[index] === label).length;
      return sum + (count === 0 ? 0 : count * metrics["validation/loss"]!);
    }, 0);
    expect(even.metrics["validation/loss"]).toBeCloseTo(expected / indices.length, 4);
  });
});
