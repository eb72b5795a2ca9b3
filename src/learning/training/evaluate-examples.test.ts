import { describe, expect, it } from "vitest";

import { trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import type { Examples } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { TrainingRun } from "./training-run.ts";

const wasm = await loadRuntime({ backend: "wasm" });
const runtimes = [await loadRuntime(), wasm, await loadRuntime({ backend: "reference" })].map((runtime) => ({
  name: runtime.backend,
  runtime,
}));
/** More validation examples than one evaluation batch holds. */
const splits = trainingSplits({ validation: 600 });
const document = trainingDocument({ epochs: 2 });

/** The split's examples as a data set of their own. */
function examplesOf({ examples, indices }: typeof splits.validation): Examples {
  const size = examples.features.length / examples.count;
  const features = [...indices].flatMap((index) => [
    ...examples.features.subarray(index * size, (index + 1) * size),
  ]);
  return {
    count: indices.length,
    shape: examples.shape,
    features: Uint8Array.from(features),
    labels: Uint8Array.from(indices, (index) => examples.labels[index]!),
  };
}

const validation = examplesOf(splits.validation);

async function trained(runtime = wasm): Promise<TrainingRun> {
  const run = TrainingRun.create({ document, splits, runtime });
  while (!run.isFinished) await run.runEpoch();
  return run;
}

describe.each(runtimes)("evaluateOn on $name", ({ runtime }) => {
  it("gives the validation examples in another place the figures of the last epoch", async () => {
    const run = await trained(runtime);
    const { metrics } = run.history.at(-1)!;
    expect(await run.evaluateOn(validation, { name: "test" })).toEqual({
      "test/loss": metrics["validation/loss"],
      "test/accuracy": metrics["validation/accuracy"],
    });
  });

  it("leaves the training as it is, and gives the same again", async () => {
    const run = TrainingRun.create({ document, splits, runtime });
    await run.runEpoch();
    const before = run.checkpoint();
    const first = await run.evaluateOn(validation, { name: "test" });
    expect(await run.evaluateOn(validation, { name: "test" })).toEqual(first);
    expect(run.checkpoint()).toEqual(before);
    await run.runEpoch();
    expect(run.finish().resultHash).toBe((await trained(runtime)).finish().resultHash);
  });
});

describe("evaluateOn", () => {
  it.each([{ restoreBest: true }, { averageDecay: 0.9 }, { averageDecay: 0.9, restoreBest: true }])(
    "measures the final weights, whatever the training makes of them: %j",
    async (settings) => {
      const restoring = trainingDocument({ epochs: 8, learningRate: 0.5, ...settings });
      const run = TrainingRun.create({ document: restoring, splits, runtime: wasm });
      while (!run.isFinished) await run.runEpoch();
      const epoch = settings.restoreBest === true ? run.bestEpoch! : 8;
      const { metrics } = run.history[epoch - 1]!;
      expect(metrics["validation/loss"]).toBeGreaterThan(0);
      expect(await run.evaluateOn(validation, { name: "test" })).toEqual({
        "test/loss": metrics["validation/loss"],
        "test/accuracy": metrics["validation/accuracy"],
      });
    },
  );

  it("stops between two batches when it is told to", async () => {
    const run = await trained();
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(run.evaluateOn(validation, { name: "test", signal })).rejects.toBe(reason);
  });

  it.each([
    [
      { features: Float32Array.from(validation.features) },
      "test examples: features must be bytes, as in training, got floats.",
    ],
    [{ shape: [3, 5] }, "test examples: expected examples of shape [5, 3], got [3, 5]."],
    [{ count: 0 }, "test examples: there must be at least one example, got 0."],
    [{ count: 599 }, "test examples: 599 examples of 15 features need 8985 values, got 9000."],
    [
      { labels: validation.labels.map((label) => label + 1) },
      "test examples: labels must be below 3, the number of classes, got 3 for example 0.",
    ],
  ] as [Partial<Examples>, string][])(
    "refuses what would lead the core astray: %#",
    async (change, message) => {
      const run = await trained();
      await expect(run.evaluateOn({ ...validation, ...change }, { name: "test" })).rejects.toThrow(
        expect.objectContaining({ code: "INVALID_DATA", message }),
      );
    },
  );
});
