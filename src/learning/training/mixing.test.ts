/** Mixup and cutmix, from what a batch holds to what a training makes of it. */
import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { checkGradient } from "../../testing/check-gradient.ts";
import { augmented, imageSplits } from "../../testing/image-fixture.ts";
import { ModelFixture, randomExamples } from "../../testing/model-fixture.ts";
import { trainingDocument, trainingSplits, trainToEnd } from "../../testing/training-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { lowerMixing, type TrainingSplits } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import type { TrainingDocumentInput } from "./document.ts";
import { gatherBatch } from "./gather-batch.ts";
import { TrainingRun } from "./training-run.ts";

const runtimes = (await allRuntimes()).flatMap(({ name, runtime }) =>
  runtime === undefined ? [] : [{ name, runtime }],
);
const native = await loadRuntime();

const [height, width] = [8, 10];
const size = height * width;
/** Image i is of one value, i times 8. */
const plain = imageSplits(
  Array.from({ length: 24 }, (_, image) => new Uint8Array(size).fill(8 * image)),
  { shape: [height, width, 1] },
);
const valueOf = (image: number) => (8 * image) / 255;
const imagesOf = (batch: Float32Array) =>
  Array.from({ length: batch.length / size }, (_, image) => [
    ...batch.subarray(image * size, (image + 1) * size),
  ]);

describe.each(runtimes)("$name", ({ runtime }) => {
  it("a mixup adds up two images, of which the own one has the larger share", () => {
    const batch = imagesOf(augmented(plain, { augmentation: { mixup: { alpha: 1 } }, runtime }));
    const partners = new Set<number>();
    batch.forEach((pixels, image) => {
      expect(new Set(pixels.map((value) => value.toFixed(5))).size).toBe(1);
      const isPossible = plain.train.indices.some((partner) => {
        const share = (pixels[0]! - valueOf(image)) / (valueOf(partner) - valueOf(image));
        return partner !== image && share >= 0 && share <= 0.5001;
      });
      expect(isPossible || Math.abs(pixels[0]! - valueOf(image)) < 1e-6).toBe(true);
      partners.add(pixels[0]!);
    });
    expect(partners.size).toBeGreaterThan(20);
  });

  it("a cutmix pastes a box of at most half of the image", () => {
    const batch = imagesOf(
      augmented(plain, { augmentation: { cutmix: { alpha: 1, probability: 1 } }, runtime }),
    );
    let pasted = 0;
    batch.forEach((pixels, image) => {
      const isOther = pixels.map((value) => Math.abs(value - valueOf(image)) > 1e-6);
      const places = isOther.flatMap((other, at) => (other ? [at] : []));
      if (places.length === 0) return;
      pasted++;
      expect(places.length).toBeLessThanOrEqual(size / 2);
      const others = new Set(places.map((at) => Math.round((pixels[at]! * 255) / 8)));
      expect(others.size).toBe(1);
      const [xs, ys] = [places.map((at) => at % width), places.map((at) => Math.floor(at / width))];
      const box = (Math.max(...xs) - Math.min(...xs) + 1) * (Math.max(...ys) - Math.min(...ys) + 1);
      expect(places).toHaveLength(box);
    });
    expect(pasted).toBeGreaterThan(12);
  });

  it("partners are augmented by their own draws", () => {
    const bars = imageSplits(
      [
        [255, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      { shape: [1, 4, 1] },
    );
    const augmentation = { horizontalFlip: { probability: 1 }, mixup: { alpha: 1 } };
    // Whatever is mixed, light is only where a flip brings it.
    for (let epoch = 1; epoch <= 8; epoch++) {
      const values = augmented(bars, { augmentation, runtime, epoch });
      for (const image of [0, 4]) expect([...values.subarray(image, image + 3)]).toEqual([0, 0, 0]);
    }
  });
});

describe("mixing", () => {
  const document = trainingDocument({ epochs: 2 }, {}, { augmentation: { mixup: {}, cutmix: {} } });
  const images = trainingSplits({ shape: [5, 4, 2] });

  it("is a function of seed, epoch and example, whatever is in the batch with it", () => {
    const augmentation = { mixup: { alpha: 1 }, cutmix: { probability: 1 } };
    const options = { augmentation, runtime: native };
    const all = imagesOf(augmented(plain, options));
    const some = imagesOf(augmented(plain, { ...options, indices: [7, 3] }));
    expect(some).toEqual([all[7], all[3]]);
    expect(imagesOf(augmented(plain, { ...options, epoch: 2 }))).not.toEqual(all);
    expect(imagesOf(augmented(plain, { ...options, seed: 2 }))).not.toEqual(all);
  });

  it("with both, each is done to about half of the examples, with its own probability", () => {
    const many = imageSplits(
      Array.from({ length: 255 }, (_, image) => new Uint8Array(size).fill(image)),
      { shape: [height, width, 1] },
    );
    const augmentation = { mixup: { alpha: 1, probability: 1 }, cutmix: { probability: 1 } };
    const batch = imagesOf(augmented(many, { augmentation, runtime: native }));
    const boxes = batch.filter((pixels) => new Set(pixels).size > 1).length;
    expect(boxes).toBeGreaterThan(75);
    expect(boxes).toBeLessThan(150);
  });

  it("takes training examples alone as partners", async () => {
    const changed = (value: number): TrainingSplits => {
      const features = images.train.examples.features.slice();
      const labels = images.train.examples.labels.slice();
      for (const index of images.validation.indices) {
        features.fill(value, index * 40, (index + 1) * 40);
        labels[index] = value % 3;
      }
      const examples = { ...images.train.examples, features, labels };
      return {
        ...images,
        train: { ...images.train, examples },
        validation: { ...images.validation, examples },
      };
    };
    const [first, second] = await Promise.all(
      [1, 200].map(async (value) => {
        const run = TrainingRun.create({ document, splits: changed(value), runtime: native });
        await run.runEpoch();
        return { weights: run.weights(), loss: run.history[0]!.metrics["train/loss"] };
      }),
    );
    expect(second).toEqual(first);
  });

  it("goes on after a checkpoint to the same result", async () => {
    const whole = await trainToEnd({ document, splits: images, runtime: native });
    const run = TrainingRun.create({ document, splits: images, runtime: native });
    await run.runEpoch();
    const checkpoint = run.checkpoint();
    const resumed = TrainingRun.create({ document, splits: images, runtime: native, checkpoint });
    await resumed.runEpoch();
    expect(resumed.finish().resultHash).toBe(whole.resultHash);
  });

  it("does not touch evaluation", async () => {
    const still = { epochs: 1, optimizer: "sgd", learningRate: 1e-30 } as const;
    const losses = await Promise.all(
      [{}, { mixup: { alpha: 1 } }].map(async (augmentation) => {
        const one = trainingDocument(still, {}, { augmentation });
        const { history } = await trainToEnd({ document: one, splits: images, runtime: native });
        return history[0]!.metrics;
      }),
    );
    expect(losses[1]!["validation/loss"]).toBe(losses[0]!["validation/loss"]);
    expect(losses[1]!["train/loss"]).not.toBeCloseTo(losses[0]!["train/loss"]!, 4);
  });

  it("trains convolutions, several chunks and accumulated gradients to finite losses", async () => {
    const model = {
      kind: "layers",
      layers: [
        { type: "convolution", filters: 4, kernel: 3 },
        { type: "flatten" },
        { type: "dense", units: 3 },
      ],
    };
    const augmentation = { horizontalFlip: {}, mixup: {}, cutmix: {} };
    const one = trainingDocument({ batchSize: 8, accumulationSteps: 3, epochs: 2 }, model, { augmentation });
    const { history } = await trainToEnd({ document: one, splits: images, runtime: native });
    expect(Number.isFinite(history[1]!.metrics["train/loss"])).toBe(true);
  });

  it("previews what is mixed", () => {
    const data = { augmentation: document.data.augmentation };
    const options = { data, splits: images, runtime: native, seed: toSeed(1), epoch: 1, indices: [0, 1, 2] };
    expect(gatherBatch(options)).not.toEqual(gatherBatch({ ...options, isAugmented: false }));
  });
});

const reference = await loadRuntime({ backend: "reference" });

const mixed: readonly {
  readonly name: string;
  readonly training: TrainingDocumentInput["training"];
  readonly task?: "classification" | "regression";
}[] = [
  { name: "cross-entropy", training: {} },
  { name: "smoothed and weighted", training: { labelSmoothing: 0.2, classWeights: [1, 0.25, 3] } },
  { name: "squared errors of classes", training: { loss: "mean-squared-error" } },
  { name: "binary cross-entropy", training: { loss: "binary-cross-entropy" } },
  { name: "values to predict", training: { loss: "huber" }, task: "regression" },
];

describe.each(mixed)("mixup with $name", ({ training, task = "classification" }) => {
  const [inputs, classes, batch] = [5, 3, 150];
  const examples = randomExamples({ inputs, classes }, { count: batch });
  const labels =
    task === "classification"
      ? examples.labels
      : Float32Array.from({ length: batch * classes }, (_, index) => Math.sin(index));

  it.each([{ passes: undefined }, { passes: [] }])("has the right gradient: %j", ({ passes }) => {
    const model = new ModelFixture(
      reference,
      {
        inputs,
        hidden: [4],
        activation: "tanh",
        classes,
        task,
        batchSize: batch,
        mixing: lowerMixing({ mixup: { alpha: 1, probability: 0.8 } }, [inputs]),
        training: { optimizer: "sgd", learningRate: 1, momentum: 0, ...training },
        ...(passes === undefined ? {} : { passes }),
      },
      {
        features: examples.features,
        labels,
        partners: Int32Array.from({ length: batch }, (_, index) => index),
      },
    );
    checkGradient({
      value: (weights) => {
        model.setWeights(weights);
        return model.loss("train");
      },
      gradient: (weights) => {
        model.setWeights(weights);
        model.run("train");
        return model.weights().map((after, i) => weights[i]! - after);
      },
      point: model.weights(),
      tolerance: 1e-6,
    });
  });
});
