/** A training that is broken off again and again ends with the bits of one that was left alone. */
import { afterEach, describe, expect, it, vi } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { exportedDocument, exportedSplits } from "../../testing/exported-model.ts";
import { trainToEnd, trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import type { TrainingSplits } from "../data/index.ts";
import { trainingDocumentSchema, type TrainingDocument } from "./document.ts";
import { TrainingRun } from "./training-run.ts";

const rows = trainingSplits({ validation: 600 });
const images = trainingSplits({ validation: 600, shape: [5, 4, 2] });
const runtimes = [await loadRuntime(), await loadRuntime({ backend: "wasm" })];

const recipe = { epochs: 8, batchSize: 4 } as const;
function splitsOf(name: string): TrainingSplits {
  if (name === "augmentation" || name.startsWith("mixtures")) return images;
  return name.startsWith("convolutions") ? exportedSplits() : rows;
}
function layered(layers: readonly object[]): TrainingDocument {
  return trainingDocumentSchema.parse({ ...trainingDocument(recipe), model: { kind: "layers", layers } });
}

/** Add a model here when layers or optimisers keep something that others do not. */
const documents: readonly (readonly [string, TrainingDocument])[] = [
  ["Adam", trainingDocument(recipe, { hidden: [20, 7] })],
  ["SGD with momentum", trainingDocument({ ...recipe, optimizer: "sgd", momentum: 0.9, learningRate: 0.01 })],
  [
    "a schedule, best weights and evaluation on the training split",
    trainingDocument({
      ...recipe,
      learningRate: 0.02,
      schedule: { kind: "one-cycle", warmupEpochs: 1 },
      restoreBest: true,
      evaluateTrain: true,
    }),
  ],
  [
    "convolutions and running averages",
    trainingDocumentSchema.parse({
      ...exportedDocument,
      training: { ...recipe, epochs: 20, restoreBest: true },
    }),
  ],
  [
    "an optimiser with more state",
    trainingDocument({ ...recipe, optimizer: "rmsprop", momentum: 0.5, weightDecay: 0.01 }),
  ],
  [
    "dropout",
    layered([
      { type: "flatten" },
      { type: "dense", units: 20 },
      { type: "activation", activation: "relu" },
      { type: "dropout", rate: 0.4 },
      { type: "dense", units: 3 },
    ]),
  ],
  [
    "augmentation",
    trainingDocument(
      { ...recipe, evaluateTrain: true },
      {},
      { augmentation: { rotation: {}, gaussianNoise: {} } },
    ),
  ],
  [
    "mixtures, of classes drawn equally often",
    trainingDocument(
      { ...recipe, lastBatch: "drop" },
      {},
      { sampling: "balanced", augmentation: { mixup: {}, cutmix: {} } },
    ),
  ],
];

afterEach(() => void vi.restoreAllMocks());

/** Aborts after so many looks at a clock on which every slice is too long, so that slices are single steps. */
function abortAfter(looks: number): AbortSignal {
  const abort = new AbortController();
  let now = 0;
  let left = looks;
  vi.spyOn(performance, "now").mockImplementation(() => {
    if (--left < 0) abort.abort("interrupted");
    return (now += 1e6);
  });
  return abort.signal;
}

describe.each(runtimes)("$backend", (runtime) => {
  it.each(documents)("ten interruptions at random steps change nothing: %s", async (name, document) => {
    const splits = splitsOf(name);
    const undisturbed = await trainToEnd({ document, splits, runtime });
    const stream = new RandomStream(toSeed(7), "interruptions", name);
    let run = TrainingRun.create({ document, splits, runtime });
    let interruptions = 0;
    while (interruptions < 10) {
      const signal = abortAfter(2 * (1 + stream.integerBelow(16, interruptions)));
      await expect(
        (async () => {
          while (!run.isFinished) await run.runEpoch({ signal });
        })(),
      ).rejects.toBe("interrupted");
      interruptions++;
      const checkpoint = run.checkpoint();
      run = TrainingRun.create({ document, splits, runtime, checkpoint });
      expect(run.checkpoint()).toEqual(checkpoint);
    }
    expect(run.isFinished).toBe(false);
    vi.restoreAllMocks();
    while (!run.isFinished) await run.runEpoch();
    const { history: _, ...result } = undisturbed;
    expect(run.finish()).toEqual(result);
  });
});
