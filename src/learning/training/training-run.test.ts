import { setImmediate } from "node:timers/promises";

import { afterEach, describe, expect, it, vi } from "vitest";

import { trainToEnd, trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import { decodeTensors } from "./safetensors.ts";
import { TrainingRun } from "./training-run.ts";

const splits = trainingSplits();
/** Enough validation examples for three steps. */
const manySplits = trainingSplits({ validation: 600 });
const document = trainingDocument();
const wasm = await loadRuntime({ backend: "wasm" });
/** The fastest here, the one that is on every machine, and the one in float64. */
const runtimes = [await loadRuntime(), wasm, await loadRuntime({ backend: "reference" })].map((runtime) => ({
  name: runtime.backend,
  runtime,
}));

afterEach(() => void vi.restoreAllMocks());

/** A clock that says that each look at it took so long. */
function mockClock(msPerLook: number): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += msPerLook));
}

describe.each(runtimes)("a training on $name", ({ runtime }) => {
  it("learns classes that lie apart", async () => {
    const { history } = await trainToEnd({
      document: trainingDocument({ epochs: 30, learningRate: 0.01 }),
      splits,
      runtime,
    });
    expect(history.at(-1)!.metrics["train/loss"]).toBeLessThan(0.2 * history[0]!.metrics["train/loss"]!);
    expect(history.at(-1)!.metrics["validation/accuracy"]).toBeGreaterThan(0.9);
  });

  it("gives the same hash for the same document", async () => {
    const { resultHash } = await trainToEnd({ document, splits, runtime });
    expect((await trainToEnd({ document: structuredClone(document), splits, runtime })).resultHash).toBe(
      resultHash,
    );
  });

  it("does not depend on how it is cut into slices", async () => {
    const sliced = { document: trainingDocument({ batchSize: 4 }), splits: manySplits, runtime };
    const { resultHash } = await trainToEnd(sliced);
    mockClock(1e6);
    expect((await trainToEnd(sliced)).resultHash).toBe(resultHash);
  });

  it.each(["adam", "sgd"] as const)(
    "gives the same hash when it goes on from any checkpoint: %s",
    async (optimizer) => {
      const resumed = trainingDocument({ optimizer, momentum: 0.9, epochs: 4 }, { hidden: [20, 7] });
      const run = TrainingRun.create({ document: resumed, splits, runtime });
      const checkpoints: Uint8Array[] = [];
      while (!run.isFinished) {
        checkpoints.push(run.checkpoint());
        await run.runEpoch();
      }
      checkpoints.push(run.checkpoint());
      const { resultHash } = run.finish();
      for (const [epoch, checkpoint] of checkpoints.entries()) {
        const second = TrainingRun.create({ document: resumed, splits, runtime, checkpoint });
        expect(second.epochsDone).toBe(epoch);
        expect(second.checkpoint()).toEqual(checkpoint);
        while (!second.isFinished) await second.runEpoch();
        expect(second.finish().resultHash, `from epoch ${epoch}`).toBe(resultHash);
      }
    },
  );
});

describe("a training with a schedule", () => {
  const scheduled = trainingDocument({
    epochs: 4,
    batchSize: 10,
    learningRate: 0.01,
    schedule: { kind: "step", stepSize: 2, gamma: 0.5, warmupSteps: 10, warmupStart: 0 },
  });

  it("records the rate of each epoch's last step", async () => {
    const { history } = await trainToEnd({ document: scheduled, splits, runtime: wasm });
    const rates = history.map(({ metrics }) => metrics["train/learning-rate"]);
    const expected = [0.009, 0.01, 0.01, 0.005];
    expect(rates).toHaveLength(4);
    expected.forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 15));
  });

  it.each(runtimes)("moves weights by its rates: $name", async ({ runtime }) => {
    const hashes = await Promise.all(
      [
        trainingDocument({ epochs: 1, learningRate: 0.02 }),
        trainingDocument({
          epochs: 1,
          learningRate: 0.04,
          schedule: { kind: "multi-step", milestones: [9] },
        }),
        trainingDocument({
          epochs: 1,
          learningRate: 0.04,
          schedule: { kind: "constant", warmupSteps: 1000, warmupStart: 0.5 },
        }),
      ].map(async (one) => (await trainToEnd({ document: one, splits, runtime })).history[0]!.metrics),
    );
    const [half, whole, rising] = hashes.map((metrics) => metrics["train/loss"]!);
    expect(whole).not.toBe(half);
    expect(Math.abs(rising! - half!)).toBeLessThan(0.1 * Math.abs(whole! - half!));
  });

  it("does not depend on how it is cut into slices, and goes on from a checkpoint", async () => {
    const plateau = trainingDocument({
      epochs: 4,
      batchSize: 4,
      schedule: { kind: "reduce-on-plateau", patience: 0, threshold: 0.5 },
    });
    for (const fixture of [scheduled, plateau].map((one) => ({ document: one, splits, runtime: wasm }))) {
      const { resultHash } = await trainToEnd(fixture);
      mockClock(1e6);
      const run = TrainingRun.create(fixture);
      await run.runEpoch();
      await run.runEpoch();
      const checkpoint = run.checkpoint();
      const resumed = TrainingRun.create({ ...fixture, checkpoint });
      while (!resumed.isFinished) await resumed.runEpoch();
      expect(resumed.finish().resultHash).toBe(resultHash);
    }
  });
});

describe("a result hash", () => {
  const hashOf = async (changed: Parameters<typeof trainingDocument>[0], model = {}, seed = "1") =>
    (await trainToEnd({ document: { ...trainingDocument(changed, model), seed }, splits, runtime: wasm }))
      .resultHash;

  it("differs when anything that matters differs", async () => {
    const hashes = await Promise.all([
      hashOf({}),
      hashOf({ learningRate: 2e-3 }),
      hashOf({ weightDecay: 1e-3 }),
      hashOf({ batchSize: 15 }),
      hashOf({ epochs: 2 }),
      hashOf({ optimizer: "sgd" }),
      hashOf({ beta1: 0.8 }),
      hashOf({ schedule: { kind: "exponential" } }),
      hashOf({}, { hidden: [13] }),
      hashOf({}, { activation: "tanh" }),
      hashOf({}, {}, "2"),
    ]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it("does not depend on how long things took", async () => {
    const { resultHash, history } = await trainToEnd({ document, splits, runtime: wasm });
    mockClock(1);
    const slow = await trainToEnd({ document, splits, runtime: wasm });
    expect(slow.resultHash).toBe(resultHash);
    expect(slow.history[0]!.metrics["train/seconds"]).not.toBe(history[0]!.metrics["train/seconds"]);
  });
});

describe("an epoch", () => {
  it("records the metrics of both splits and of each layer", async () => {
    const run = TrainingRun.create({
      document: trainingDocument({}, { hidden: [5, 4] }),
      splits,
      runtime: wasm,
    });
    const { epoch, metrics, divergedAt } = await run.runEpoch();
    expect(epoch).toBe(1);
    expect(divergedAt).toBeUndefined();
    expect(Object.keys(metrics).sort()).toEqual(
      [
        ...["train", "validation"].flatMap((split) =>
          ["loss", "accuracy", "seconds"].map((what) => `${split}/${what}`),
        ),
        "train/learning-rate",
        ...["hidden1", "hidden2", "output"].flatMap((layer) =>
          ["weight", "gradient"].map((what) => `${layer}/${what}-mean-absolute`),
        ),
      ].sort(),
    );
    expect(Object.values(metrics).every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(metrics["train/accuracy"]! * 100).toBeCloseTo(Math.round(metrics["train/accuracy"]! * 100), 9);
  });

  it("measures the mean absolute weight that the checkpoint holds", async () => {
    const run = TrainingRun.create({ document, splits, runtime: wasm });
    const { metrics } = await run.runEpoch();
    const { values } = decodeTensors(run.checkpoint()).tensors["hidden1.weight"]!;
    const mean = [...values].reduce((sum, x) => sum + Math.abs(x), 0) / values.length;
    expect(metrics["hidden1/weight-mean-absolute"]).toBeCloseTo(mean, 12);
  });

  it("measures the gradient of all its steps alike, with optimisers that fuse it and those that do not", async () => {
    const [adam, sgd] = await Promise.all(
      (["adam", "sgd"] as const).map(async (optimizer) => {
        // Weights that hardly move have the same gradients.
        const still = trainingDocument({ optimizer, learningRate: 1e-12, epochs: 1 });
        return (await trainToEnd({ document: still, splits, runtime: wasm })).history[0]!.metrics;
      }),
    );
    for (const layer of ["hidden1", "output"]) {
      const metric = `${layer}/gradient-mean-absolute`;
      expect(adam![metric]! / sgd![metric]!).toBeCloseTo(1, 4);
    }
  });

  it("lets the event loop run between slices", async () => {
    mockClock(1e6);
    const run = TrainingRun.create({
      document: trainingDocument({ batchSize: 2 }),
      splits,
      runtime: wasm,
    });
    let turns = 0;
    let isOver = false;
    const epoch = run.runEpoch().finally(() => (isOver = true));
    while (!isOver) {
      await setImmediate();
      turns++;
    }
    await epoch;
    // Of the 50 steps some are in the first slice; then each has its own.
    expect(turns).toBeGreaterThan(25);
  });

  it("trains a linear classifier when nothing is hidden", async () => {
    const linear = trainingDocument({ epochs: 20, learningRate: 0.01 }, { hidden: [] });
    const { history } = await trainToEnd({ document: linear, splits, runtime: wasm });
    expect(history.at(-1)!.metrics["validation/accuracy"]).toBeGreaterThan(0.9);
  });

  it("takes features that are floats as they are", async () => {
    const floats = trainingSplits({ source: "floats" });
    const { history } = await trainToEnd({
      document: trainingDocument({ epochs: 20, learningRate: 0.01 }),
      splits: floats,
      runtime: wasm,
    });
    expect(history.at(-1)!.metrics["validation/accuracy"]).toBeGreaterThan(0.9);
  });
});

describe("a signal", () => {
  const long = trainingDocument({ batchSize: 1, epochs: 2 });

  it("that aborts in the middle of an epoch rejects with its reason; the run goes on from there", async () => {
    const { resultHash } = await trainToEnd({ document: long, splits, runtime: wasm });
    const run = TrainingRun.create({ document: long, splits, runtime: wasm });
    await run.runEpoch();
    mockClock(1e6);
    const abort = new AbortController();
    const epoch = run.runEpoch({ signal: abort.signal });
    const reason = new Error("stop");
    abort.abort(reason);
    await expect(epoch).rejects.toBe(reason);
    expect(run.epochsDone).toBe(1);
    const checkpoint = run.checkpoint();
    const resumed = TrainingRun.create({ document: long, splits, runtime: wasm, checkpoint });
    expect(resumed.checkpoint()).toEqual(checkpoint);
    for (const one of [run, resumed]) {
      await one.runEpoch();
      expect(one.finish().resultHash).toBe(resultHash);
    }
  });

  it("that is aborted already lets no epoch begin", async () => {
    const run = TrainingRun.create({ document: long, splits, runtime: wasm });
    await expect(run.runEpoch({ signal: AbortSignal.abort("no") })).rejects.toBe("no");
    expect(run.epochsDone).toBe(0);
  });

  it("that never aborts changes nothing", async () => {
    const run = TrainingRun.create({ document: long, splits, runtime: wasm });
    while (!run.isFinished) await run.runEpoch({ signal: new AbortController().signal });
    expect(run.finish().resultHash).toBe(
      (await trainToEnd({ document: long, splits, runtime: wasm })).resultHash,
    );
  });
});

describe("TrainingRun.create", () => {
  it("refuses a network that no memory holds, before it asks for any", () => {
    const huge = trainingDocument({}, { hidden: [65_536, 65_536] });
    expect(() => TrainingRun.create({ document: huge, splits, runtime: wasm })).toThrow(
      expect.objectContaining({
        code: "INVALID_DOCUMENT",
        message: expect.stringMatching(/takes [\d.]+ GiB, more than the limit of 8 GiB/),
        hint: "Make the model smaller, or `training.batchSize` where batch normalisation needs a whole batch at once.",
      }),
    );
  });
});
