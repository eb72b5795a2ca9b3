import { describe, expect, it } from "vitest";

import { toSeed } from "../../../base/index.ts";
import { inferShapes } from "../infer-shapes.ts";
import { initialWeights } from "../initial-weights.ts";
import type { WeightDescription } from "../layer.ts";
import { layersOf, modelSchema } from "../presets/index.ts";
import { initializers } from "./index.ts";
import { initializerNames, type InitializerName } from "./names.ts";

const weightOf = (
  initializer: InitializerName,
  {
    shape = [200, 100],
    gain = 1,
    scale = 1,
    ...rest
  }: Partial<WeightDescription> & { gain?: number; scale?: number } = {},
): WeightDescription => ({
  name: "hidden1.weight",
  layer: "hidden1",
  role: "weight",
  shape,
  fanIn: 200,
  fanOut: 100,
  initial: { initializer, scale, gain },
  ...rest,
});

function momentsOf(values: Float32Array) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, x) => Math.max(most, Math.abs(x)), 0) };
}

/** Of a normal distribution cut off at two deviations. */
const truncatedVariance = 0.7737;

describe("moments", () => {
  it.each([
    { name: "torch", variance: 1 / 200 / 3, bound: 1 / Math.sqrt(200) },
    { name: "he-normal", gain: Math.SQRT2, variance: 2 / 200 },
    { name: "he-uniform", gain: Math.SQRT2, variance: 2 / 200, bound: Math.sqrt(6 / 200) },
    { name: "he-normal", gain: 5 / 3, variance: 25 / 9 / 200 },
    { name: "glorot-normal", variance: 2 / 300 },
    { name: "glorot-uniform", variance: 2 / 300, bound: Math.sqrt(6 / 300) },
    { name: "lecun-normal", variance: 1 / 200 },
    { name: "truncated-normal", variance: 0.02 ** 2 * truncatedVariance, bound: 0.04 },
  ] as const)("of $name are those of its source", ({ name, variance, ...rest }) => {
    const gain = "gain" in rest ? rest.gain : 1;
    const moments = momentsOf(initialWeights(weightOf(name, { gain }), toSeed(1)));
    // Four standard errors; the fourth moment of a normal distribution is the largest among these.
    expect(Math.abs(moments.mean)).toBeLessThan(4 * Math.sqrt(variance / 20_000));
    expect(Math.abs(moments.variance / variance - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
    const { bound = Infinity }: { readonly bound?: number } = rest;
    expect(moments.largest).toBeLessThanOrEqual(Math.fround(bound));
  });

  it("of zeros and constants are nothing but their value", () => {
    expect(momentsOf(initialWeights(weightOf("zeros"), toSeed(1)))).toMatchObject({ mean: 0, variance: 0 });
    const constant = initialWeights(weightOf("constant", { scale: 0.25 }), toSeed(1));
    expect(new Set(constant)).toEqual(new Set([0.25]));
  });
});

describe("orthogonal", () => {
  it.each([
    { shape: [30, 20], what: "more rows than columns" },
    { shape: [20, 30], what: "more columns than rows" },
    { shape: [25, 25], what: "a square" },
    { shape: [3, 3, 2, 10], what: "a convolution's windows" },
    { shape: [1, 1], what: "one number" },
  ])("gives W^T W = gain^2 I, or W W^T: $what", ({ shape }) => {
    const gain = 5 / 3;
    const columns = shape.at(-1)!;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    const values = initialWeights(weightOf("orthogonal", { shape, gain }), toSeed(3));
    const at = (vector: number, i: number) =>
      rows < columns ? values[vector * columns + i]! : values[i * columns + vector]!;
    const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += at(a, i) * at(b, i);
        expect(product, `${a} times ${b}`).toBeCloseTo(a === b ? gain ** 2 : 0, 5);
      }
    }
  });
});

describe("every initializer", () => {
  const names = initializerNames;

  it.each(names)("%s depends on the seed and the name alone", (name) => {
    const weight = weightOf(name, { shape: [12, 5] });
    const values = initialWeights(weight, toSeed(1));
    expect(initialWeights(weight, toSeed(1))).toEqual(values);
    if (name === "zeros" || name === "constant") return;
    expect(initialWeights(weight, toSeed(2))).not.toEqual(values);
    expect(initialWeights({ ...weight, name: "output.weight" }, toSeed(1))).not.toEqual(values);
  });

  it.each(names)("%s is scaled, and begins biases at 0 unless it is PyTorch's", (name) => {
    const values = initialWeights(weightOf(name, { shape: [12, 5] }), toSeed(1));
    const half = initialWeights(weightOf(name, { shape: [12, 5], scale: 0.5 }), toSeed(1));
    expect(half).toEqual(values.map((x) => x / 2));
    const bias = initialWeights(weightOf(name, { shape: [5], role: "bias" }), toSeed(1));
    expect(bias.every((x) => x === 0)).toBe(initializers[name].initializesBiases !== true);
  });
});

describe("of a model", () => {
  const initialOf = (model: object, shape: number[]) =>
    Object.fromEntries(
      inferShapes(layersOf(modelSchema.parse(model as never), 3), shape)
        .flatMap(({ weights }) => weights)
        .map(({ name, initial }) => [name, initial]),
    );

  it("all layers take the model's, with the gain of the activation behind them", () => {
    const initial = initialOf(
      { kind: "mlp", hidden: [5], activation: "tanh", initializer: "he-normal", initialScale: 0.5 },
      [4],
    );
    expect(initial["hidden1.weight"]).toEqual({ initializer: "he-normal", scale: 0.5, gain: 5 / 3 });
    expect(initial["output.weight"]).toEqual({ initializer: "he-normal", scale: 0.5, gain: 1 });
  });

  it("a layer's own comes first", () => {
    const initial = initialOf(
      {
        kind: "layers",
        initializer: "glorot-uniform",
        layers: [
          { type: "dense", name: "a", units: 4 },
          { type: "activation", activation: "relu" },
          { type: "dense", name: "b", units: 3, initializer: "zeros" },
        ],
      },
      [4],
    );
    expect(initial["a.weight"]).toEqual({ initializer: "glorot-uniform", scale: 1, gain: Math.SQRT2 });
    expect(initial["b.weight"]).toEqual({ initializer: "zeros", scale: 1, gain: 1 });
  });

  it("the gain is found behind layers that keep the shape, and is 1 where ways part", () => {
    const gainOf = (...layers: object[]) =>
      initialOf(
        {
          kind: "layers",
          initializer: "orthogonal",
          layers: [{ type: "dense", name: "a", units: 4 }, ...layers],
        },
        [4],
      )["a.weight"]!.gain;
    const relu = { type: "activation", activation: "relu" };
    expect(gainOf({ type: "dropout", rate: 0.5 }, relu)).toBe(Math.SQRT2);
    expect(gainOf({ type: "dense", units: 4 }, relu)).toBe(1);
    expect(gainOf(relu, { type: "add", inputs: ["a", "activation1"] })).toBe(1);
  });

  it("is PyTorch's when nothing is said", () => {
    expect(initialOf({ kind: "mlp", hidden: [5] }, [4])["hidden1.weight"]).toBeUndefined();
  });

  it.each([{ initializer: "he" }, { initialScale: "1" }])("refuses %o", (wrong) => {
    expect(modelSchema.safeParse({ kind: "mlp", ...wrong }).success).toBe(false);
  });
});
