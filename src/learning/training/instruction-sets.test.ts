/** A training leaves the same bits on every processor whose vector units fuse multiply and add. */
import { expect, it } from "vitest";

import { trainToEnd, trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { runtimesUnderTest } from "../../testing/usable-runtimes.ts";
import { isReproducible, type EpochRecord } from "./epoch-record.ts";

const runtimes = await runtimesUnderTest();
const [narrow, wide] = ["native avx2", "native avx512"].map((wanted) =>
  runtimes.find(({ name }) => name === wanted),
);
const reason = [narrow, wide].find((one) => one?.runtime === undefined)?.reason ?? "no x86 processor";

const adam = { optimizer: "adam", learningRate: 0.01, weightDecay: 1e-3 } as const;
const sgd = { optimizer: "sgd", learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 } as const;

/** 1,000 examples: the last batch is partial at 32 (8 left) and at 300 (100 left). */
const splits = trainingSplits({ train: 1000, validation: 333, shape: [14, 14, 1], classes: 10 });

const cases = [adam, sgd].flatMap((optimizer) =>
  [32, 300].flatMap((batchSize) =>
    [
      { hidden: [128, 64], activation: "relu" },
      { hidden: [100, 33], activation: "tanh" },
      { hidden: [48], activation: "sigmoid" },
      { hidden: [], activation: "relu" },
    ].map(({ hidden, activation }) => ({
      name: `${optimizer.optimizer}, batch ${batchSize}, [${hidden.join(", ")}] ${activation}`,
      document: trainingDocument(
        { ...optimizer, batchSize, epochs: 4 },
        { hidden, activation: activation as "relu" },
      ),
    })),
  ),
);

it.for(cases)("AVX2 and AVX-512 give the same bits: $name", async ({ document }, { skip }) => {
  if (narrow?.runtime === undefined || wide?.runtime === undefined) return skip(reason);
  const results = [
    await trainToEnd({ document, splits, runtime: narrow.runtime }),
    await trainToEnd({ document, splits, runtime: wide.runtime }),
  ] as const;
  expect(results[0].history).toHaveLength(4);
  expect(results[1].resultHash).toBe(results[0].resultHash);
});

/** One of everything: layers of every family, optimisers of every family. */
const models = [
  { kind: "cnn", filters: [8, 20], convolutions: 2, batchNorm: true, hidden: [24], dropout: 0.3 },
  { kind: "cnn", filters: [6], kernel: 5, padding: "valid", activation: "gelu", initializer: "he-normal" },
  { kind: "lenet" },
  { kind: "resnet", width: 4 },
  { kind: "mlp", hidden: [40, 40], activation: "softplus", batchNorm: true, initializer: "orthogonal" },
];
const optimizers = ["adamw", "nadam", "rmsprop", "lamb", "lion"] as const;
const augmentation = {
  horizontalFlip: {},
  rotation: { degrees: 30 },
  affine: { shear: 5 },
  paddedCrop: {},
  resizedCrop: { probability: 0.7 },
  brightness: {},
  contrast: { probability: 0.5 },
  gaussianNoise: {},
  randomErasing: { fill: "noise" },
  mixup: {},
  cutmix: {},
} as const;
const modelCases = models.map((model, index) => ({
  name: `${model.kind} ${index}, ${optimizers[index]!}`,
  document: trainingDocument(
    {
      optimizer: optimizers[index]!,
      batchSize: 48,
      epochs: 2,
      schedule: { kind: "cosine" },
      clipNorm: 1,
      labelSmoothing: 0.1,
      averageDecay: 0.9,
      measure: ["activations", "gradients", "weights", "updates"],
    },
    model,
    index % 2 === 0 ? { augmentation } : {},
  ),
}));
const smallImages = trainingSplits({ train: 150, validation: 50, shape: [16, 16, 3], classes: 4 });

it.for(modelCases)(
  "AVX2 and AVX-512 give the same bits, measurements included: $name",
  async ({ document }, { skip }) => {
    if (narrow?.runtime === undefined || wide?.runtime === undefined) return skip(reason);
    const results = [
      await trainToEnd({ document, splits: smallImages, runtime: narrow.runtime }),
      await trainToEnd({ document, splits: smallImages, runtime: wide.runtime }),
    ] as const;
    expect(results[1].history.map(reproducible)).toEqual(results[0].history.map(reproducible));
    expect(results[1].resultHash).toBe(results[0].resultHash);
  },
);

/** Without times. */
function reproducible({ metrics, ...rest }: EpochRecord) {
  const kept = Object.entries(metrics).filter(([name]) => isReproducible(name));
  return { ...rest, metrics: Object.fromEntries(kept) };
}

const imageSplits = trainingSplits({ train: 500, validation: 100, shape: [28, 28, 1], classes: 10 });

it.each(["native", "wasm"])("two runs on one instruction set give the same bits: %s", async (backend) => {
  const document = trainingDocument({ ...adam, batchSize: 32, epochs: 2 }, { hidden: [40] });
  for (const { name, runtime } of runtimes) {
    if (!name.startsWith(backend) || runtime === undefined) continue;
    const first = await trainToEnd({ document, splits: imageSplits, runtime });
    const second = await trainToEnd({ document, splits: imageSplits, runtime });
    expect(second.resultHash, name).toBe(first.resultHash);
  }
});
