/** Whatever stands in the test split, a training is the same to the last bit. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { idxFixture } from "../../testing/idx-fixture.ts";
import { trainToEnd } from "../../testing/training-fixture.ts";
import { defineSource, loadDataset, splitDataset, type SourceOptions } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocumentInput } from "./document.ts";

const runtime = await loadRuntime();
const training: TrainingDocumentInput["training"] = { epochs: 3, learningRate: 0.01, batchSize: 8 };
const model: TrainingDocumentInput["model"] = { kind: "mlp", hidden: [8] };

/** The result hash of a whole training, and what it could see. */
async function train(data: TrainingDocumentInput["data"], options: SourceOptions = {}) {
  const document = trainingDocumentSchema.parse({ data, model, training });
  const dataset = await loadDataset(document.data, options);
  const splits = splitDataset(dataset, document.data);
  const { resultHash } = await trainToEnd({ document, splits, runtime });
  return { resultHash, dataset };
}

/** A pattern that is not one of the others: pixel or label `index` of split `salt`. */
const mixed = (index: number, salt: number) => ((index + 1) * 2_654_435_761 + salt * 97) >>> 7;

describe("a test split in files of its own", () => {
  let folder: string;
  const pathOf = (name: string) => join(folder, name);

  async function write(name: string, { count, salt }: { count: number; salt: number }): Promise<void> {
    const pixels = Array.from({ length: count * 6 }, (_, i) => mixed(i, salt) % 256);
    const labels = Array.from({ length: count }, (_, i) => mixed(i, salt + 1) % 3);
    await writeFile(pathOf(`${name}-images`), idxFixture({ dimensions: [count, 2, 3], values: pixels }));
    await writeFile(pathOf(`${name}-labels`), idxFixture({ dimensions: [count], values: labels }));
  }

  const trainOnFiles = (more: object) =>
    train({
      dataset: {
        kind: "idx",
        images: pathOf("train-images"),
        labels: pathOf("train-labels"),
        testImages: pathOf("test-images"),
        testLabels: pathOf("test-labels"),
        classes: ["a", "b", "c"],
      },
      ...more,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunesmith-leakage-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ["as it is", {}],
    ["stratified and balanced", { stratified: true, sampling: "balanced" }],
    ["standardised by pixel", { preprocessing: { scaling: "standardize", per: "feature" } }],
    ["augmented", { augmentation: { horizontalFlip: {}, shift: {}, gaussianNoise: {} } }],
    ["a part of it", { test: 10 }],
    ["by folds", { folds: 3, fold: 1 }],
  ])("changes nothing in training: %s", async (_, more) => {
    await write("train", { count: 120, salt: 1 });
    await write("test", { count: 40, salt: 2 });
    const { resultHash } = await trainOnFiles(more);
    await write("test", { count: 40, salt: 3 });
    expect((await trainOnFiles(more)).resultHash).toBe(resultHash);
    await write("train", { count: 120, salt: 4 });
    expect((await trainOnFiles(more)).resultHash).not.toBe(resultHash);
  });
});

describe("a test split that was held out", () => {
  const count = 150;

  /** The first feature is the example's number, so that it can be traced; the second and the label are `changed` where they may be. */
  function trainOn(changed: ReadonlySet<number>, more: object) {
    const features = Float32Array.from({ length: 2 * count }, (_, i) => {
      const example = i >> 1;
      if (i % 2 === 0) return example;
      return (mixed(example, 1) % 1000) / 500 - 1 + (changed.has(example) ? 5 : 0);
    });
    const labels = Uint8Array.from(
      { length: count },
      (_, example) => (mixed(example, 2) + (changed.has(example) ? 1 : 0)) % 3,
    );
    const source = defineSource({
      name: "traced",
      task: { kind: "classification", classes: ["a", "b", "c"] },
      shape: [2],
      load: () => ({ features, labels }),
    });
    return train({ dataset: { kind: "custom", name: "traced" }, ...more }, { custom: { traced: source } });
  }

  it.each([
    ["as it is", {}],
    ["balanced", { sampling: "balanced" }],
    ["standardised", { preprocessing: { scaling: "standardize" } }],
    ["with fewer to train on", { train: 40, test: 0.3 }],
    ["by folds", { folds: 4, fold: 2, seed: 9 }],
  ])("changes nothing in training: %s", async (_, more) => {
    const { resultHash, dataset } = await trainOn(new Set(), more);
    const seen = new Set(dataset.examples.features.filter((_value, i) => i % 2 === 0));
    const held = [...Array(count).keys()].filter((example) => !seen.has(example));
    expect(held).toHaveLength(dataset.test!.count!);
    const changed = await trainOn(new Set(held), more);
    expect(changed.resultHash).toBe(resultHash);
    // The source's content is another one all the same.
    expect(changed.dataset.contentHash).not.toBe(dataset.contentHash);
    expect((await trainOn(new Set([...seen].slice(0, 30)), more)).resultHash).not.toBe(resultHash);
  });
});
