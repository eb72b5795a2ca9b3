import { describe, expect, it } from "vitest";

import { trainingDocumentSchema, type TrainingDocumentInput } from "../document.ts";
import { lintCodes, lintDocument, type LintOptions } from "./index.ts";

type Layers = Extract<TrainingDocumentInput["model"], { kind: "layers" }>["layers"];

const statistics = { mean: 0.286, deviation: 0.353, minimum: 0, maximum: 1 };
const values = { mean: 0, standardDeviation: 1, measured: { all: statistics, channels: [statistics] } };

interface Case extends Partial<LintOptions> {
  readonly model: TrainingDocumentInput["model"];
  readonly training?: TrainingDocumentInput["training"];
  readonly preprocessing?: TrainingDocumentInput["data"]["preprocessing"];
}

const data = { shape: [28, 28, 1], task: "classification" as const, outputs: 10 };
const layers = (...written: Layers): Case["model"] => ({ kind: "layers", layers: written });
const head: Layers = [{ type: "flatten" }, { type: "dense", name: "output", units: 10 }];
const mlp = (hidden: number[], activation: "relu" | "sigmoid" | "tanh"): Case["model"] => ({
  kind: "mlp",
  hidden,
  activation,
});
const normalised: Layers = [
  { type: "flatten" },
  { type: "dense", name: "a", units: 5, bias: false },
  { type: "batchNorm", name: "norm" },
  { type: "activation", activation: "relu" },
  { type: "dense", name: "output", units: 10 },
];

function lint({ model, training = {}, preprocessing = {}, ...options }: Case) {
  const document = { data: { dataset: "digits", preprocessing }, model, training, seed: "0" };
  return lintDocument(trainingDocumentSchema.parse(document), { data, ...options });
}

const findings: Record<string, { case: Case; layer?: string; message: RegExp; severity?: "error" }> = {
  "softmax-before-loss": {
    case: { model: layers(...head, { type: "softmax", name: "probabilities" }) },
    layer: "probabilities",
    message: /stays between 1\.46 and the 2\.30 of guessing among 10 classes/,
  },
  "output-activation": {
    case: { model: layers(...head, { type: "activation", name: "last", activation: "relu" }) },
    layer: "last",
    message: /cannot be negative/,
  },
  "output-width": {
    case: { model: layers({ type: "flatten" }, { type: "dense", name: "output", units: 9 }) },
    layer: "output",
    message: /must be \[batch, 10\], a logit for each class of the data, got \[batch, 9\]/,
    severity: "error",
  },
  "dropout-after-last-layer": {
    case: { model: layers(...head, { type: "dropout", name: "late" }) },
    layer: "late",
    message: /sets logits to 0/,
  },
  "saturating-stack": {
    case: { model: mlp([8, 8, 8, 8, 8, 8, 8], "sigmoid") },
    layer: "sigmoid6",
    message: /the 6th sigmoid in a row of 7 activations .* 0\.25 at most/,
  },
  "linear-stack": {
    case: {
      model: layers({ type: "flatten" }, { type: "dense", name: "a", units: 5 }, head[1]!),
    },
    layer: "output",
    message: /it reads `a`, a dense layer too/,
  },
  "inputs-not-normalized": {
    case: {
      model: mlp([8], "relu"),
      data: { ...data, values: { mean: 120.04, standardDeviation: 60 } },
    },
    message: /a mean of 120 and a standard deviation of 60/,
  },
  "preset-constants": {
    case: {
      model: mlp([8], "relu"),
      data: { ...data, values },
      preprocessing: { scaling: "standardize", mean: 0.1307, deviation: 0.353 },
    },
    message: /^data\.preprocessing: the given `mean` is 0\.1307, that of the training examples 0\.286\.$/,
  },
  "batch-norm-of-one": {
    case: { model: layers(...normalised), training: { batchSize: 1 } },
    layer: "norm",
    message: /nothing gets through/,
    severity: "error",
  },
  "bias-before-batch-norm": {
    case: { model: layers(normalised[0]!, { type: "dense", name: "a", units: 5 }, ...normalised.slice(2)) },
    layer: "a",
    message: /`norm` subtracts the mean/,
  },
  "collapsed-image": {
    case: {
      model: layers(
        { type: "globalAveragePool", name: "pool" },
        { type: "reshape", name: "pixel", shape: [1, 1, 1] },
        { type: "convolution", name: "late", filters: 4, kernel: 3, padding: "same" },
        { type: "convolution", name: "later", filters: 4, kernel: 3, padding: "same" },
        ...head,
      ),
    },
    layer: "late",
    message: /an image of 1 x 1 already, so of its kernel and 1 after it/,
  },
  "learning-rate": {
    case: { model: mlp([8], "relu"), training: { optimizer: "adam", learningRate: 3 } },
    message: /3 is far outside of the 1e-7 to 0\.1 that `adam` takes: steps overshoot/,
  },
};

describe("lintDocument", () => {
  it("has a case for each rule", () => {
    expect(Object.keys(findings).toSorted()).toEqual(lintCodes.toSorted());
  });

  it.each(Object.entries(findings))("finds %s", (code, { case: one, layer, message, severity }) => {
    const found = lint(one).filter((finding) => finding.code === code);
    expect(found).toHaveLength(1);
    expect(found[0]!.layer).toBe(layer);
    expect(found[0]!.message).toMatch(message);
    expect(found[0]!.severity).toBe(severity ?? "warning");
    expect(found[0]!.hint).toMatch(/\.$/);
  });

  it.each<[string, Case]>([
    ["a multilayer perceptron", { model: mlp([128, 64], "relu") }],
    ["deep relus", { model: mlp([8, 8, 8, 8, 8, 8, 8, 8], "relu") }],
    ["a few sigmoids", { model: mlp([8, 8, 8], "sigmoid") }],
    ["a linear classifier", { model: { kind: "logistic" } }],
    ["a convolutional network", { model: { kind: "shape", shape: "32c5-p2-64c5-p2-128-10" } }],
    ["LeNet with dropout before its end", { model: { kind: "shape", shape: "6c5-p2-16c5-p2-120-d0.5-10" } }],
    ["batch normalisation", { model: layers(...normalised) }],
    [
      "bytes as they are scaled",
      { model: mlp([8], "relu"), data: { ...data, values: { mean: 0.13, standardDeviation: 0.31 } } },
    ],
    [
      "stochastic gradient descent",
      { model: mlp([8], "relu"), training: { optimizer: "sgd", learningRate: 1 } },
    ],
  ])("is silent on %s", (_name, one) => {
    expect(lint(one)).toEqual([]);
  });

  it("compares given constants with those of all values, or of each channel", () => {
    const model = mlp([8], "relu");
    const preset = (mean: number | number[], deviation: number | number[]) =>
      lint({
        model,
        preprocessing: { scaling: "standardize", mean, deviation },
        data: {
          ...data,
          values: {
            ...values,
            measured: { all: statistics, channels: [statistics, { ...statistics, mean: 0.5 }] },
          },
        },
      }).map(({ message }) => message);
    expect(preset(0.28, 0.35)).toEqual([]);
    expect(preset([0.29, 0.51], [0.36, 0.35])).toEqual([]);
    expect(preset(0.1307, 0.3081)).toHaveLength(2);
    expect(preset([0.286, 0.286], 0.353)).toEqual([
      expect.stringMatching(/`mean` is 0\.286, 0\.286, that of the training examples 0\.286, 0\.5\./),
    ]);
  });

  it("counts saturating activations anew behind a normalisation", () => {
    const block = (name: string): Layers => [
      { type: "dense", name, units: 5, bias: false },
      { type: "batchNorm" },
      { type: "activation", activation: "sigmoid" },
    ];
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    expect(lint({ model: layers({ type: "flatten" }, ...names.flatMap(block), head[1]!) })).toEqual([]);
  });

  it("warns of a batch normalisation over single images, and of a search that tries a batch of one", () => {
    const overImages = layers(
      { type: "convolution", filters: 4, kernel: 3, bias: false },
      { type: "batchNorm", name: "norm" },
      ...head,
    );
    const [single] = lint({ model: overImages, training: { batchSize: 1 } });
    expect(single).toMatchObject({ code: "batch-norm-of-one", severity: "warning" });
    const searched = { "training.batchSize": [1, 32] };
    expect(lint({ model: layers(...normalised), searched })).toMatchObject([
      { code: "batch-norm-of-one", severity: "warning" },
    ]);
  });

  it("judges the ends of a search by the optimisers that are tried", () => {
    const model = mlp([8], "relu");
    const range = { "training.learningRate": [1e-12, 5] };
    expect(lint({ model, searched: range }).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^the search's learning rate: 1e-12 is far outside .* nothing moves/),
      expect.stringMatching(/^the search's learning rate: 5 is far outside/),
    ]);
    const both = { "training.learningRate": [1e-4, 5], "training.optimizer": ["adam", "sgd"] };
    expect(lint({ model, searched: both })).toEqual([]);
  });

  it("leaves impossible shapes to the error that names the layer", () => {
    const impossible = layers({ type: "dense", name: "first", units: 10 });
    expect(() => lint({ model: impossible })).toThrow(expect.objectContaining({ code: "SHAPE_MISMATCH" }));
  });
});
