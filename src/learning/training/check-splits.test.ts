import { describe, expect, it } from "vitest";

import { trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import type { TrainingSplits } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { TrainingRun } from "./training-run.ts";

const runtime = await loadRuntime({ backend: "wasm" });
const splits = trainingSplits({ shape: [4], classes: 3 });
const { train, validation } = splits;
const { examples } = train;
const withExamples = (change: Partial<typeof examples>): TrainingSplits => {
  const changed = { ...examples, ...change };
  return {
    ...splits,
    train: { ...train, examples: changed },
    validation: { ...validation, examples: changed },
  };
};

const create = (changed: TrainingSplits) =>
  TrainingRun.create({ document: trainingDocument(), splits: changed, runtime });

/** The core trusts its data: what would lead it out of its memory must not reach it. */
const wrong: { what: string; splits: TrainingSplits; message: string }[] = [
  {
    what: "a label outside the classes",
    splits: { ...splits, task: { kind: "classification", classes: ["a", "b"] } },
    message: "training data: labels must be below 2, the number of classes, got 2 for example 2.",
  },
  {
    what: "an index after the last example",
    splits: { ...splits, train: { ...train, indices: Int32Array.of(0, 130) } },
    message: "training data: indices of `train` must be from 0 to 129, got 130.",
  },
  {
    what: "a negative index",
    splits: { ...splits, validation: { ...validation, indices: Int32Array.of(-1) } },
    message: "training data: indices of `validation` must be from 0 to 129, got -1.",
  },
  {
    what: "an empty split",
    splits: { ...splits, train: { ...train, indices: new Int32Array() } },
    message: "training data: `train` must hold at least one example, got 0.",
  },
  {
    what: "fewer features than its examples have",
    splits: withExamples({ features: examples.features.slice(1) }),
    message: "training data: 130 examples of 4 features need 520 values, got 519.",
  },
  {
    what: "fewer labels than examples",
    splits: withExamples({ labels: examples.labels.slice(1) }),
    message: "training data: 130 examples need 130 labels, got 129.",
  },
  {
    what: "another shape than its examples",
    splits: { ...splits, shape: [5] },
    message: "training data: 130 examples of 5 features need 650 values, got 520.",
  },
  {
    what: "splits of different examples",
    splits: { ...splits, validation: { ...validation, examples: { ...examples } } },
    message: "training data: both splits must be drawn from the same examples, got two.",
  },
];

describe("TrainingRun.create", () => {
  it("takes splits as they should be", () => {
    expect(() => create(splits)).not.toThrow();
  });

  it.each(wrong)("refuses $what", ({ splits: changed, message }) => {
    expect(() => create(changed)).toThrow(expect.objectContaining({ code: "INVALID_DATA", message }));
  });
});
