/** A training that goes on from another one's weights. */
import { describe, expect, it } from "vitest";

import { trainingDocument, trainingSplits, trainToEnd } from "../../../testing/training-fixture.ts";
import { allRuntimes } from "../../../testing/usable-runtimes.ts";
import { loadRuntime } from "../../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocument } from "../document.ts";
import type { EpochRecord } from "../epoch-record.ts";
import { TrainingRun } from "../training-run.ts";
import { mayDifferFromStart } from "./check-start.ts";

const splits = trainingSplits();
const runtimes = (await allRuntimes()).flatMap(({ name, runtime }) =>
  runtime === undefined ? [] : [{ name, runtime }],
);
const wasm = await loadRuntime({ backend: "wasm" });

type Recipe = Parameters<typeof trainingDocument>[0];

const parent = trainingDocument({ epochs: 6, learningRate: 0.01, measure: ["gradients"] });

/** Goes on from `document` after some of its epochs, with another recipe. */
function after(document: TrainingDocument, epochs: number, recipe: object = {}): TrainingDocument {
  const training = { ...document.training, ...recipe };
  return trainingDocumentSchema.parse({ ...document, training, start: { document, epochs } });
}

async function checkpointOf(
  document: TrainingDocument,
  { epochs, runtime = wasm }: { epochs: number; runtime?: typeof wasm },
): Promise<Uint8Array> {
  const run = TrainingRun.create({ document, splits, runtime });
  while (run.epochsDone < epochs) await run.runEpoch();
  return run.checkpoint();
}

const reproducible = (history: readonly EpochRecord[]) =>
  history.map(({ epoch, metrics }) => ({
    epoch,
    metrics: Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.endsWith("/seconds"))),
  }));

describe.each(runtimes)("on $name", ({ runtime }) => {
  it("what is handed in and what is trained anew give the same bits, over two generations", async () => {
    const child = after(parent, 2, { learningRate: 0.003, batchSize: 8, beta1: 0.8 });
    const grandchild = { ...after(child, 4, { learningRate: 0.02, weightDecay: 0.1 }), seed: "9" };
    const anew = await trainToEnd({ document: grandchild, splits, runtime });
    expect(anew.history.map(({ epoch }) => epoch)).toEqual([5, 6]);
    expect(anew.epochs).toBe(6);

    let checkpoint = await checkpointOf(parent, { epochs: 2, runtime });
    for (const [document, epochs] of [
      [child, 4],
      [grandchild, 6],
    ] as const) {
      const run = TrainingRun.create({ document, splits, runtime, checkpoint });
      expect(run.epochsDone).toBe(epochs - 2);
      while (run.epochsDone < epochs) await run.runEpoch();
      checkpoint = run.checkpoint();
      if (epochs === 6) expect(run.finish().resultHash).toBe(anew.resultHash);
    }
  });
});

it.each<[string, Recipe]>([
  ["Adam", {}],
  ["NAdam", { optimizer: "nadam" }],
  ["SGD with momentum", { optimizer: "sgd", momentum: 0.9, dampening: 0.5, learningRate: 0.01 }],
  ["an average of the weights", { averageDecay: 0.9 }],
  ["a schedule", { schedule: { kind: "cosine", warmupEpochs: 1 } }],
  ["more state", { optimizer: "rmsprop", momentum: 0.5, centred: true }],
])("a start with the same recipe and seed goes on as if nothing had happened: %s", async (_, recipe) => {
  const document = trainingDocument({ epochs: 5, ...recipe }, { hidden: [9] });
  const undisturbed = await trainToEnd({ document, splits, runtime: wasm });
  const run = TrainingRun.create({ document: after(document, 2), splits, runtime: wasm });
  for await (const _record of run);
  expect(reproducible(run.history)).toEqual(reproducible(undisturbed.history.slice(2)));
});

it("the optimiser's state that the start lacks begins as always", async () => {
  const still = trainingDocument({ optimizer: "sgd", learningRate: 0.01 });
  const moving = await trainToEnd({ document: after(still, 1, { momentum: 0.9 }), splits, runtime: wasm });
  const also = await trainToEnd({ document: after(still, 1), splits, runtime: wasm });
  expect(moving.history.map(({ epoch }) => epoch)).toEqual([2, 3]);
  expect(moving.resultHash).not.toBe(also.resultHash);
});

it("rules that end the start's training early do not count", async () => {
  const impatient = trainingDocument({ epochs: 6, stopping: { patience: 1, minimumDelta: 100 } });
  const document = after(impatient, 4, { stopping: {} });
  const { history } = await trainToEnd({ document, splits, runtime: wasm });
  expect(history.map(({ epoch }) => epoch)).toEqual([5, 6]);
});

it("patience counts from the first epoch of its own", async () => {
  const document = after(parent, 3, { stopping: { patience: 2, minimumDelta: 100 } });
  const { epochs, stoppedEarly } = await trainToEnd({ document, splits, runtime: wasm });
  expect(epochs).toBe(6);
  expect(stoppedEarly).toBeUndefined();
});

it("a training that is broken off before its start is done goes on from there", async () => {
  const document = after(after(parent, 2, { learningRate: 0.02 }), 4, { learningRate: 0.03 });
  const { resultHash } = await trainToEnd({ document, splits, runtime: wasm });
  let run = TrainingRun.create({ document, splits, runtime: wasm });
  expect(run).toMatchObject({ hasBegun: false, epochsDone: 0, isFinished: false });
  for (let stop = 1; stop <= 3; stop++) {
    const abort = new AbortController();
    // Aborted between two epochs, every time one further on.
    const promise = run.runEpoch({ signal: abort.signal }).catch(() => "aborted");
    while (run.epochsDone < stop) await new Promise(setImmediate);
    abort.abort();
    expect(await promise).toBe("aborted");
    run = TrainingRun.create({ document, splits, runtime: wasm, checkpoint: run.checkpoint() });
    expect(run.hasBegun).toBe(true);
  }
  expect(run.epochsDone).toBeGreaterThanOrEqual(3);
  while (!run.isFinished) await run.runEpoch();
  expect(run.finish().resultHash).toBe(resultHash);
});

it("a pause before the start holds it", async () => {
  const run = TrainingRun.create({ document: after(parent, 2), splits, runtime: wasm });
  run.pause();
  const epoch = run.runEpoch();
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  expect(run.epochsDone).toBe(0);
  run.resume();
  expect((await epoch).epoch).toBe(3);
});

it("a checkpoint of the start after another epoch is refused or trained on to the right one", async () => {
  const document = after(parent, 2);
  const { resultHash } = await trainToEnd({ document, splits, runtime: wasm });
  const early = await checkpointOf(parent, { epochs: 1 });
  const run = TrainingRun.create({ document, splits, runtime: wasm, checkpoint: early });
  while (!run.isFinished) await run.runEpoch();
  expect(run.finish().resultHash).toBe(resultHash);

  const late = await checkpointOf(parent, { epochs: 3 });
  expect(() => TrainingRun.create({ document, splits, runtime: wasm, checkpoint: late })).toThrow(
    expect.objectContaining({
      code: "INVALID_CHECKPOINT",
      message: "checkpoint: it is of a later time than the end of epoch 2.",
    }),
  );
  const damaged = await checkpointOf(parent, { epochs: 2 });
  damaged[damaged.length - 3]! ^= 1;
  expect(() => TrainingRun.create({ document, splits, runtime: wasm, checkpoint: damaged })).toThrow(
    /does not have the checksum/,
  );
  const elsewhere = await loadRuntime({ backend: "reference" });
  const foreign = await checkpointOf(parent, { epochs: 2, runtime: elsewhere });
  expect(() => TrainingRun.create({ document, splits, runtime: wasm, checkpoint: foreign })).toThrow(
    /was made on the back end/,
  );
  const other = await checkpointOf(trainingDocument({ learningRate: 0.5 }), { epochs: 2 });
  expect(() => TrainingRun.create({ document, splits, runtime: wasm, checkpoint: other })).toThrow(
    expect.objectContaining({
      code: "INVALID_CHECKPOINT",
      message: "checkpoint: it belongs to another document.",
    }),
  );
});

it("a start that diverged is no start", async () => {
  const wild = trainingDocument({ optimizer: "sgd", learningRate: 1000, weightDecay: 1000 });
  const run = TrainingRun.create({ document: after(wild, 2), splits, runtime: wasm });
  await expect(run.runEpoch()).rejects.toThrow(
    expect.objectContaining({
      code: "INVALID_DOCUMENT",
      message: expect.stringMatching(
        /^start: the training must have finite weights after 2 epochs/,
      ) as unknown,
    }),
  );
});

describe("a document may not change", () => {
  it.each<[string, (document: TrainingDocument) => object, string]>([
    [
      "the optimiser",
      ({ training }) => ({ training: { ...training, optimizer: "sgd" } }),
      'start: `training.optimizer` must be that of the training which is started from, "adam", got "sgd".',
    ],
    [
      "whether weights are averaged",
      ({ training }) => ({ training: { ...training, averageDecay: 0.9 } }),
      "start: `training.averageDecay` must be that of the training which is started from, null, got 0.9.",
    ],
    [
      "the model's width",
      ({ model }) => ({ model: { ...model, hidden: [13] } }),
      "start: `model.hidden` must be that of the training which is started from, [12], got [13].",
    ],
    [
      "the split",
      ({ data }) => ({ data: { ...data, seed: "7" } }),
      'start: `data.seed` must be that of the training which is started from, "0", got "7".',
    ],
    [
      "the past",
      ({ training }) => ({ training: { ...training, epochs: 2 } }),
      "start.epochs: must be more than the 0 that its document starts after, at most that document's 6 and less than this one's 2, got 2.",
    ],
  ])("%s", (_, change, message) => {
    const child = after(parent, 2);
    const document = trainingDocumentSchema.parse({ ...child, ...change(child) });
    expect(() => TrainingRun.create({ document, splits, runtime: wasm })).toThrow(
      expect.objectContaining({ code: "INVALID_DOCUMENT", message }),
    );
  });

  it("and neither may what it starts from", () => {
    const document = after(after(parent, 3), 2);
    expect(() => TrainingRun.create({ document, splits, runtime: wasm })).toThrow(
      /must be more than the 3 that its document starts after/,
    );
  });
});

it.each([
  ["training.learningRate", true],
  ["training.schedule.kind", true],
  ["training.batchSize", true],
  ["data.augmentation.rotation.degrees", true],
  ["data.sampling", true],
  ["model.dropout", true],
  ["model.layers.3.rate", true],
  ["seed", true],
  ["training.optimizer", false],
  ["training.averageDecay", false],
  ["training.epochs", false],
  ["model.hidden", false],
  ["model.layers.3.units", false],
  ["data.seed", false],
  ["data.train", false],
])("whether a search may set `%s` anew: %s", (path, expected) => {
  expect(mayDifferFromStart(path)).toBe(expected);
});

it("rates, dropout, augmentation, batch size, schedule and smoothing may change", async () => {
  const images = trainingSplits({ shape: [6, 6, 1] });
  const layers = (rate: number) => ({
    kind: "layers",
    layers: [
      { type: "flatten" },
      { type: "dense", units: 8 },
      { type: "dropout", rate },
      { type: "dense", units: 3 },
    ],
  });
  const from = trainingDocument({}, layers(0.1));
  const document = trainingDocumentSchema.parse({
    ...from,
    data: { ...from.data, augmentation: { horizontalFlip: {} } },
    model: layers(0.4),
    training: {
      ...from.training,
      learningRate: 0.1,
      batchSize: 10,
      labelSmoothing: 0.1,
      schedule: { kind: "cosine" },
    },
    start: { document: from, epochs: 1 },
  });
  const { epochs } = await trainToEnd({ document, splits: images, runtime: wasm });
  expect(epochs).toBe(3);
});
