import { describe, expect, it } from "vitest";

import { toSeed } from "../../base/index.ts";
import { inferShapes } from "./infer-shapes.ts";
import { initialWeights } from "./initial-weights.ts";
import type { WeightDescription } from "./layer.ts";
import type { Layer } from "./layers/index.ts";
import { layersOf, modelSchema } from "./presets/index.ts";

const mlp = (input: object = {}) => modelSchema.parse({ kind: "mlp", ...input });

describe("modelSchema", () => {
  it("fills in the defaults", () => {
    expect(mlp()).toEqual({
      kind: "mlp",
      hidden: [128, 64],
      activation: "relu",
      batchNorm: false,
      dropout: 0,
      initializer: "torch",
      initialScale: 1,
    });
  });

  it.each([
    { what: "a hidden width of 0", model: { hidden: [128, 0] }, path: "hidden.1" },
    { what: "a hidden width of 1e9", model: { hidden: [1e9] }, path: "hidden.0" },
    { what: "half a unit", model: { hidden: [12.5] }, path: "hidden.0" },
    { what: "an unknown activation", model: { activation: "swish" }, path: "activation" },
    { what: "an unknown key", model: { width: 3 }, path: "" },
    { what: "an unknown kind", model: { kind: "transformer" }, path: "kind" },
  ])("refuses $what and says where", ({ model, path }) => {
    const { error } = modelSchema.safeParse({ kind: "mlp", ...model });
    expect(error?.issues.map((issue) => issue.path.join("."))).toEqual([path]);
  });
});

describe("layersOf", () => {
  it("names the layers of a multilayer perceptron hidden1, hidden2, ..., output", () => {
    const layers = layersOf(mlp({ hidden: [5, 4], activation: "tanh" }), 3);
    expect(layers.map(({ name }) => name)).toEqual([
      "flatten",
      "hidden1",
      "tanh1",
      "hidden2",
      "tanh2",
      "output",
    ]);
  });

  it("gives a linear classifier when nothing is hidden", () => {
    expect(layersOf(mlp({ hidden: [] }), 3).map(({ type }) => type)).toEqual(["flatten", "dense"]);
  });
});

describe("inferShapes", () => {
  it("walks from an image to the classes and lists the weights", () => {
    const inferred = inferShapes(layersOf(mlp({ hidden: [5] }), 3), [4, 2, 1]);
    expect(inferred.map(({ outputShape }) => outputShape)).toEqual([[8], [5], [5], [3]]);
    expect(
      inferred.flatMap(({ weights }) => weights.map(({ name, shape, fanIn }) => [name, shape, fanIn])),
    ).toEqual([
      ["hidden1.weight", [8, 5], 8],
      ["hidden1.bias", [5], 8],
      ["output.weight", [5, 3], 5],
      ["output.bias", [3], 5],
    ]);
  });

  it("refuses a dense layer on an image and tells the way out", () => {
    const layers: Layer[] = [{ type: "dense", name: "hidden1", units: 3, bias: true }];
    expect(() => inferShapes(layers, [28, 28, 1])).toThrow(
      expect.objectContaining({
        code: "SHAPE_MISMATCH",
        message: "dense layer `hidden1`: expected input [batch, features], got [batch, 28, 28, 1].",
        hint: "Add a flatten layer before `hidden1`.",
      }),
    );
  });
});

describe("names of models", () => {
  it("stand for a kind with its defaults", () => {
    expect(modelSchema.parse("mlp")).toEqual(modelSchema.parse({ kind: "mlp" }));
  });

  it("give logistic regression one dense layer", () => {
    const layers = layersOf(modelSchema.parse("logistic"), 3);
    expect(layers.map(({ type }) => type)).toEqual(["flatten", "dense"]);
  });
});

describe("graphs of layers", () => {
  const layers = (...written: object[]) =>
    layersOf(modelSchema.parse({ kind: "layers", layers: written }), 3);

  it("name nameless layers by their type and number", () => {
    const named = layers({ type: "flatten" }, { type: "dense", units: 4 }, { type: "dense", units: 3 });
    expect(named.map(({ name }) => name)).toEqual(["flatten1", "dense1", "dense2"]);
  });

  it("join layers that are named as inputs", () => {
    const residual = layers(
      { type: "dense", name: "a", units: 4 },
      { type: "dense", name: "b", units: 4 },
      { type: "add", inputs: ["a", "b"] },
    );
    expect(inferShapes(residual, [7]).map(({ inputs }) => inputs)).toEqual([["input"], ["a"], ["a", "b"]]);
  });

  it.each([
    {
      what: "an unknown input",
      written: [{ type: "add", name: "sum", inputs: ["dens1", "input"] }],
      message: "add layer `sum`: there is no layer `dens1` before it.",
    },
    {
      what: "a sum of one value",
      written: [{ type: "add", name: "sum" }],
      message: "add layer `sum`: expected two or more inputs, got one.",
    },
    {
      what: "a sum of two shapes",
      written: [
        { type: "dense", name: "a", units: 4 },
        { type: "add", name: "sum", inputs: ["a", "input"] },
      ],
      message: "add layer `sum`: expected inputs of one shape, [batch, 4] like the first, got [batch, 7].",
    },
    {
      what: "images of two sizes side by side",
      written: [
        { type: "reshape", name: "a", shape: [7, 1, 1] },
        { type: "reshape", name: "b", shape: [1, 7, 1], inputs: ["input"] },
        { type: "concatenate", name: "both", inputs: ["a", "b"] },
      ],
      message:
        "concatenate layer `both`: expected inputs alike but for their channels, [batch, 7, 1, channels] like the first, got [batch, 1, 7, 1].",
    },
    {
      what: "a shape of another size",
      written: [{ type: "reshape", name: "image", shape: [2, 2, 2] }],
      message:
        "reshape layer `image`: expected input of 8 values for shape [2, 2, 2], got [batch, 7] with 7.",
    },
    {
      what: "two layers of one name",
      written: [
        { type: "dense", name: "a", units: 4 },
        { type: "dense", name: "a", units: 4 },
      ],
      message: "model: the name `a` is taken, got it for a second layer (dense).",
    },
  ])("refuse $what", ({ written, message }) => {
    expect(() => inferShapes(layers(...written), [7])).toThrow(expect.objectContaining({ message }));
  });
});

describe("initialWeights", () => {
  const weight: WeightDescription = {
    name: "hidden1.weight",
    layer: "hidden1",
    role: "weight",
    shape: [100, 50],
    fanIn: 100,
    fanOut: 50,
  };
  const values = initialWeights(weight, toSeed(1));

  it("are uniform in 1 / sqrt(fanIn) to either side, PyTorch's default for dense layers", () => {
    const count = 5000;
    expect(values).toHaveLength(count);
    expect(values.every((value) => Math.abs(value) <= 0.1)).toBe(true);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    // Four standard errors of a uniform distribution of variance 0.1^2 / 3.
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(0.01 / 3 / count));
    expect(Math.abs(variance / (0.01 / 3) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / count));
  });

  it("depend on the seed and the name alone", () => {
    expect(initialWeights(weight, toSeed(1))).toEqual(values);
    expect(initialWeights({ ...weight, shape: [50, 100] }, toSeed(1))).toEqual(values);
    expect(initialWeights(weight, toSeed(2))).not.toEqual(values);
    expect(initialWeights({ ...weight, name: "hidden2.weight" }, toSeed(1))).not.toEqual(values);
  });
});
