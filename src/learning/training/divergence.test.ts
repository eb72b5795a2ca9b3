/** A training whose loss is no longer a number is over; that is its result and not an error. */
import { describe, expect, it } from "vitest";

import { trainToEnd, trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import { encodeSealed } from "./checkpoint.ts";
import { decodeTensors } from "./safetensors.ts";
import { TrainingRun } from "./training-run.ts";

const splits = trainingSplits();
const runtime = await loadRuntime();
const wasm = await loadRuntime({ backend: "wasm" });

/** Rate and decay together multiply the weights by -3 in every step, and gradients make that more. */
const document = trainingDocument({ optimizer: "sgd", learningRate: 1000, weightDecay: 0.004, epochs: 5 });
const stepsPerEpoch = Math.ceil(splits.train.indices.length / 16);

describe("a training that diverges", () => {
  it.each([
    { name: runtime.backend, on: runtime },
    { name: wasm.backend, on: wasm },
  ])("says at which step and is finished: $name", async ({ on }) => {
    const { epochs, history } = await trainToEnd({ document, splits, runtime: on });
    const { epoch, metrics, divergedAt } = history.at(-1)!;
    expect(epochs).toBe(2);
    expect(epoch).toBe(Math.ceil(divergedAt!.step / stepsPerEpoch));
    expect(divergedAt!.step).toBeGreaterThan(stepsPerEpoch);
    expect(divergedAt!.message).toBe(
      `the training loss is ${metrics["train/loss"]} at step ${divergedAt!.step} (epoch 2); \`hidden1.weight\` is not finite.`,
    );
    expect(divergedAt!.layer).toBe("hidden1");
    expect(Number.isFinite(metrics["train/loss"])).toBe(false);
  });

  it("diverges at the same step with the same hash every time", async () => {
    const first = await trainToEnd({ document, splits, runtime });
    const second = await trainToEnd({ document, splits, runtime });
    expect(second.history.at(-1)!.divergedAt).toEqual(first.history.at(-1)!.divergedAt);
    expect(second.resultHash).toBe(first.resultHash);
  });

  it("is still finished when it comes back from a checkpoint", async () => {
    const run = TrainingRun.create({ document, splits, runtime });
    while (!run.isFinished) await run.runEpoch();
    const resumed = TrainingRun.create({ document, splits, runtime, checkpoint: run.checkpoint() });
    expect(resumed.history).toEqual(run.history);
    expect(resumed.isFinished).toBe(true);
    expect(resumed.finish()).toEqual(run.finish());
  });

  it("has diverged too when only the last step of an epoch made its weights too large to validate", async () => {
    const last = trainingDocument(
      { optimizer: "sgd", learningRate: 1000, weightDecay: 1000, epochs: 1, batchSize: 100 },
      { hidden: [12, 12, 12, 12, 12, 12, 12, 12] },
    );
    const { history } = await trainToEnd({ document: last, splits, runtime });
    const { metrics, divergedAt } = history[0]!;
    expect(Number.isFinite(metrics["train/loss"])).toBe(true);
    expect(Number.isFinite(metrics["validation/loss"])).toBe(false);
    expect(divergedAt).toEqual({
      step: 1,
      layer: "hidden6",
      message: expect.stringMatching(
        /^the validation loss is (NaN|Infinity) after step 1 \(epoch 1\); the largest weights are in `hidden6.weight`, up to \d/,
      ) as unknown,
    });
  });
});

describe("what is not finite from the beginning", () => {
  const quiet = trainingDocument({ epochs: 3, batchSize: 10 }, { hidden: [12, 6] });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    "is found in the data in the first epoch: %s",
    async (value) => {
      const floats = trainingSplits({ source: "floats" });
      const example = floats.train.indices[37]!;
      floats.train.examples.features[example * 15 + 4] = value;
      const { history } = await trainToEnd({ document: quiet, splits: floats, runtime });
      expect(history).toHaveLength(1);
      const { step, layer, message } = history[0]!.divergedAt!;
      expect(step).toBeLessThanOrEqual(10);
      expect(layer).toBe("input");
      expect(message).toMatch(
        `at step ${step} (epoch 1); example ${example} of the data has ${value} as feature 4.`,
      );
    },
  );

  it.each(["hidden1.weight", "hidden2.bias", "output.weight"])(
    "is found in the weights in the first epoch: %s",
    async (name) => {
      const run = TrainingRun.create({ document: quiet, splits, runtime });
      const { tensors, metadata } = decodeTensors(run.checkpoint());
      const { checksum: _, ...unsealed } = metadata;
      tensors[name]!.values[0] = Number.NaN;
      const checkpoint = encodeSealed({ tensors, metadata: unsealed });
      const damaged = TrainingRun.create({ document: quiet, splits, runtime, checkpoint });
      const { divergedAt } = await damaged.runEpoch();
      expect(damaged.isFinished).toBe(true);
      expect(divergedAt!.layer).toMatch(/^(hidden1|hidden2|output)$/);
      expect(divergedAt!.message).toMatch(/\(epoch 1\); `\w+\.(weight|bias)` is not finite\.$/);
    },
  );
});
