import { describe, expect, it } from "vitest";

import { dataSchema } from "../data/index.ts";
import { trainingDocumentSchema } from "./document.ts";
import { trainingSchema } from "./recipe.ts";

const minimal = { data: { dataset: "digits" }, model: { kind: "mlp" }, training: {} };

describe("trainingDocumentSchema", () => {
  it("fills in every default, so that equal trainings have equal documents", () => {
    expect(trainingDocumentSchema.parse(minimal)).toEqual({
      data: dataSchema.parse({ dataset: "digits" }),
      model: {
        kind: "mlp",
        hidden: [128, 64],
        activation: "relu",
        batchNorm: false,
        dropout: 0,
        initializer: "torch",
        initialScale: 1,
      },
      training: {
        optimizer: "adam",
        loss: "cross-entropy",
        labelSmoothing: 0,
        huberDelta: 1,
        learningRate: 1e-3,
        weightDecay: 0,
        decoupledWeightDecay: 0,
        decayExcludes: "none",
        clipValue: null,
        clipNorm: null,
        l2Penalty: 0,
        averageDecay: null,
        accumulationSteps: 1,
        measure: [],
        batchSize: 32,
        lastBatch: "keep",
        epochs: 10,
        momentum: 0,
        schedule: { kind: "constant", per: "epoch", warmupStart: 1 / 3 },
        stopping: { metric: "validation/loss", minimumDelta: 0 },
        restoreBest: false,
        evaluateTrain: false,
        dampening: 0,
        nesterov: false,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        biasCorrection: true,
        smoothing: 0.99,
        centred: false,
        momentumDecay: 4e-3,
      },
      seed: "0",
    });
  });

  it("takes documents that name settings of other optimisers", () => {
    const training = { optimizer: "sgd", momentum: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    expect(trainingDocumentSchema.parse({ ...minimal, training }).training).toMatchObject(training);
  });

  it("leaves a filled document as it is", () => {
    const filled = trainingDocumentSchema.parse(minimal);
    expect(trainingDocumentSchema.parse(filled)).toEqual(filled);
  });

  it.each([
    ["18446744073709551615", "18446744073709551615"],
    ["007", "7"],
  ])("takes the seed %s as %s", (seed, text) => {
    expect(trainingDocumentSchema.parse({ ...minimal, seed }).seed).toBe(text);
  });

  it.each(["", "-1", "1.5", "18446744073709551616", "x", null, 2 ** 60])("refuses the seed %j", (seed) => {
    const { error } = trainingDocumentSchema.safeParse({ ...minimal, seed });
    expect(error?.issues.map(({ path }) => path.join("."))).toEqual(["seed"]);
  });

  it("refuses what it does not know", () => {
    const { error } = trainingDocumentSchema.safeParse({ ...minimal, note: "" });
    expect(error?.issues[0]).toMatchObject({ code: "unrecognized_keys", keys: ["note"] });
  });
});

describe("the loss of a document", () => {
  const of = (dataset: string, training: object) =>
    trainingDocumentSchema.safeParse({ ...minimal, data: { dataset }, training });

  it("goes by the data when nobody names one", () => {
    expect(of("digits", {}).data?.training.loss).toBe("cross-entropy");
    expect(of("friedman1", {}).data?.training.loss).toBe("mean-squared-error");
  });

  it("that needs classes is refused for values, naming those that fit", () => {
    const { error } = of("friedman1", { loss: "cross-entropy" });
    expect(error?.issues).toEqual([
      expect.objectContaining({
        path: ["training", "loss"],
        message:
          "expected a loss that fits regression data, one of `mean-squared-error`, `mean-absolute-error`, `huber`, `binary-cross-entropy`",
      }),
    ]);
  });

  it.each(["mean-squared-error", "mean-absolute-error", "huber", "binary-cross-entropy"])(
    "%s fits classes and values",
    (loss) => {
      expect(of("digits", { loss }).success).toBe(true);
      expect(of("friedman1", { loss }).success).toBe(true);
    },
  );

  it("has class weights for each class", () => {
    expect(of("digits", { classWeights: Array.from({ length: 10 }, () => 2) }).success).toBe(true);
    const { error } = of("digits", { classWeights: [1, 2] });
    expect(error?.issues).toEqual([
      expect.objectContaining({
        path: ["training", "classWeights"],
        message: "expected one number for each of the 10 classes",
      }),
    ]);
    expect(of("digits", { classWeights: [1, 0] }).error?.issues[0]?.path).toEqual([
      "training",
      "classWeights",
      1,
    ]);
  });
});

describe("trainingSchema", () => {
  it.each([
    { key: "optimizer", values: ["adamm", null] },
    { key: "loss", values: ["squared"] },
    { key: "labelSmoothing", values: [-0.1, 1.1, Number.NaN] },
    { key: "huberDelta", values: [0, -1, Infinity] },
    { key: "learningRate", values: [0, -1, 1001, Number.NaN, Infinity, "0.1"] },
    { key: "weightDecay", values: [-1e-9, 1001, Number.NaN] },
    { key: "decoupledWeightDecay", values: [-1e-9, 1001] },
    { key: "clipValue", values: [0, -1, "1"] },
    { key: "dampening", values: [-0.1, 1.1] },
    { key: "smoothing", values: [-0.1, 1] },
    { key: "batchSize", values: [0, 1.5, 65_537, "all"] },
    { key: "accumulationSteps", values: [0, 1.5] },
    { key: "l2Penalty", values: [-1e-9, 1001] },
    { key: "clipNorm", values: [0, -1] },
    { key: "averageDecay", values: [-0.1, 1] },
    { key: "epochs", values: [0, -3, 2.5, 1e7] },
    { key: "momentum", values: [-0.1, 1] },
    { key: "beta1", values: [-0.1, 1] },
    { key: "beta2", values: [-0.1, 1] },
    { key: "epsilon", values: [0, -1e-8, 2] },
  ])("refuses values of $key outside its range and says where", ({ key, values }) => {
    for (const value of values) {
      const { error } = trainingSchema.safeParse({ [key]: value });
      expect(
        error?.issues.map(({ path }) => path.join(".")),
        String(value),
      ).toEqual([key]);
    }
  });

  it.each([
    { key: "labelSmoothing", values: [0, 1] },
    { key: "learningRate", values: [1e-30, 1000] },
    { key: "weightDecay", values: [0, 1000] },
    { key: "batchSize", values: [1, 65_536, "full"] },
    { key: "averageDecay", values: [null, 0, 0.999] },
    { key: "clipNorm", values: [null, 1e-6] },
    { key: "epochs", values: [1, 1_000_000] },
    { key: "momentum", values: [0, 0.999] },
    { key: "beta1", values: [0, 0.999] },
    { key: "epsilon", values: [1e-30, 1] },
  ])("takes both ends of the range of $key", ({ key, values }) => {
    for (const value of values)
      expect(trainingSchema.parse({ [key]: value })).toMatchObject({ [key]: value });
  });
});
