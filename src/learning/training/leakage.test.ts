/** Nothing that a training does before it evaluates depends on the examples that it is evaluated on. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { trainingSplits } from "../../testing/training-fixture.ts";
import { splitDataset, type DataDocument, type TrainingSplits } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { trainingDocumentSchema } from "./document.ts";
import { TrainingRun } from "./training-run.ts";

const runtime = await loadRuntime();

type Source = "bytes" | "floats";

/** The data set with other values and labels in some of its examples. */
function withOthers(
  { examples }: TrainingSplits["train"],
  indices: Iterable<number>,
  values: readonly number[],
) {
  const size = examples.features.length / examples.count;
  const features = examples.features.slice();
  const labels = examples.labels.slice();
  for (const index of indices) {
    for (let feature = 0; feature < size; feature++) {
      features[index * size + feature] = values[(index + feature) % values.length]!;
    }
    labels[index] = (labels[index]! + 1) % 3;
  }
  return { ...examples, features, labels };
}

const scalings = ["none", "unit", "standardize", "min-max"] as const;
const cases = scalings.flatMap((scaling) =>
  (["all", "channel", "feature"] as const).flatMap((per) =>
    (["bytes", "floats"] as const).map(
      (source): [string, DataDocument["preprocessing"]["scaling"], typeof per, Source] => [
        `${scaling} per ${per} of ${source}`,
        scaling,
        per,
        source,
      ],
    ),
  ),
);

describe("a training", () => {
  it.each(cases)("with %s does not see its validation examples", async (_name, scaling, per, source) => {
    const { train, task } = trainingSplits({ shape: [3, 2, 2], source, train: 40, validation: 20 });
    const shape = [3, 2, 2];
    const document = trainingDocumentSchema.parse({
      data: { dataset: "digits", validation: 20, preprocessing: { scaling, per } },
      model: { kind: "mlp", hidden: [5] },
      training: { epochs: 1, batchSize: 8 },
    });
    const trained = async (examples: typeof train.examples) => {
      const splits = splitDataset({ name: "fixture", examples, task, shape }, document.data);
      const run = TrainingRun.create({ document, splits, runtime });
      await run.runEpoch();
      const { "validation/loss": validationLoss, "train/loss": loss } = run.history[0]!.metrics;
      return { splits, weights: run.weights(), loss, validationLoss };
    };
    const expected = await trained(train.examples);
    const { validation } = expected.splits;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 20 }),
        async (values) => {
          const other = await trained(withOthers(train, validation.indices, values));
          expect(other.splits.scaling).toEqual(expected.splits.scaling);
          expect(other.loss).toBe(expected.loss);
          expect(other.weights).toEqual(expected.weights);
          expect(other.validationLoss).not.toBe(expected.validationLoss);
        },
      ),
      { numRuns: 10, seed: 1 },
    );
  });
});
