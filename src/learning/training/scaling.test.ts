/** Examples scaled while they are gathered are examples that were scaled before. */
import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { runtimesUnderTest } from "../../testing/usable-runtimes.ts";
import type { FeatureScaling, TrainingSplits } from "../data/index.ts";
import { loadRuntime, type Runtime } from "../runtime/index.ts";
import { findLearningRate } from "./find-learning-rate.ts";
import { TrainingRun } from "./training-run.ts";

const plain = trainingSplits({ validation: 300 });
const features = plain.shape.reduce((product, size) => product * size, 1);
const stream = new RandomStream(toSeed(4), "scaling");
const perFeature: FeatureScaling = {
  scale: Float64Array.from({ length: features }, (_, index) => (1 + stream.uniform(index)) / 255),
  shift: Float64Array.from({ length: features }, (_, index) => -stream.uniform(features + index)),
};

/** The same examples as floats to which the scaling has been done. */
function scaledBefore(splits: TrainingSplits, { scale, shift }: FeatureScaling): TrainingSplits {
  const { examples } = splits.train;
  const scaled = Float32Array.from(examples.features, (value, index) => {
    const product = Math.fround(value * Math.fround(scale[index % features]!));
    return product + Math.fround(shift[index % features]!);
  });
  const changed = { ...examples, features: scaled };
  return {
    ...splits,
    train: { ...splits.train, examples: changed },
    validation: { ...splits.validation, examples: changed },
  };
}

const scaled: TrainingSplits = { ...plain, scaling: perFeature };
const document = trainingDocument({ epochs: 2, batchSize: 16 });
const native = await loadRuntime();

async function trained(splits: TrainingSplits, runtime: Runtime = native): Promise<TrainingRun> {
  const run = TrainingRun.create({ document, splits, runtime });
  while (!run.isFinished) await run.runEpoch();
  return run;
}
const hashOf = (run: TrainingRun) => run.finish().resultHash;

describe.each(await runtimesUnderTest())("a scale and a shift for each feature on $name", (tested) => {
  it("train as examples that were scaled before", async ({ skip }) => {
    const { name, runtime, reason } = tested;
    if (runtime === undefined) return skip(`${name}: ${reason}`);
    const run = await trained(scaled, runtime);
    const expected = await trained(scaledBefore(plain, perFeature), runtime);
    const [loss, expectedLoss] = [run, expected].map(
      ({ history }) => history.at(-1)!.metrics["validation/loss"]!,
    );
    // The reference scales in float64, which the scaled examples do not hold.
    if (runtime.backend === "reference") {
      expect(loss).toBeCloseTo(expectedLoss!, 5);
    } else {
      expect(run.weights()).toEqual(expected.weights());
      expect(loss).toBe(expectedLoss);
    }
  });
});

describe("a scale and a shift for each feature", () => {
  it("all alike, give the bits of one for all", async () => {
    const alike = {
      scale: new Float64Array(features).fill(1 / 128),
      shift: new Float64Array(features).fill(-0.3),
    };
    const one = { scale: Float64Array.of(1 / 128), shift: Float64Array.of(-0.3) };
    const run = await trained({ ...plain, scaling: alike });
    expect(run.weights()).toEqual((await trained({ ...plain, scaling: one })).weights());
    expect(hashOf(run)).not.toBe(hashOf(await trained(plain)));
  });

  it("are part of a checkpoint", async () => {
    const run = TrainingRun.create({ document, splits: scaled, runtime: native });
    await run.runEpoch();
    const resumed = TrainingRun.create({
      document,
      splits: scaled,
      runtime: native,
      checkpoint: run.checkpoint(),
    });
    await resumed.runEpoch();
    expect(hashOf(resumed)).toBe(hashOf(await trained(scaled)));
  });

  it("are done to examples that took no part in the training", async () => {
    const run = await trained(scaled);
    const { examples, indices } = scaled.validation;
    const others = {
      count: indices.length,
      shape: examples.shape,
      features: Uint8Array.from(
        [...indices].flatMap((index) => [
          ...examples.features.subarray(index * features, (index + 1) * features),
        ]),
      ),
      labels: Uint8Array.from(indices, (index) => examples.labels[index]!),
    };
    const { "test/loss": loss } = await run.evaluateOn(others, { name: "test" });
    expect(loss).toBe(run.history.at(-1)!.metrics["validation/loss"]);
  });

  it("are done in a learning-rate search", async () => {
    const search = (splits: TrainingSplits) =>
      findLearningRate({ document, splits, runtime: native, steps: 30 });
    expect(await search(scaled)).toEqual(await search(scaledBefore(plain, perFeature)));
    expect(await search(scaled)).not.toEqual(await search(plain));
  });

  it.each<[FeatureScaling, RegExp]>([
    [{ scale: new Float64Array(2), shift: new Float64Array(2) }, /one for each feature; got 2 and 2/],
    [
      { scale: new Float64Array(features), shift: new Float64Array(1) },
      /15, one for each feature; got 15 and 1/,
    ],
    [
      { scale: Float64Array.of(1), shift: Float64Array.of(Number.NaN) },
      /`scaling.shift` must be finite, got NaN/,
    ],
  ])("are refused when the core could not read them", (scaling, message) => {
    expect(() => TrainingRun.create({ document, splits: { ...plain, scaling }, runtime: native })).toThrow(
      expect.objectContaining({ code: "INVALID_DATA", message: expect.stringMatching(message) }),
    );
  });
});
