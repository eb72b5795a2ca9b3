/** Normalisation in whole networks: gradients, what evaluation makes of it, what is fused, and batches of one. */
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import {
  compileFixture,
  ModelFixture,
  randomExamples,
  type ModelFixtureOptions,
} from "../../testing/model-fixture.ts";
import { isTrained } from "../model/index.ts";
import { elementsOf } from "../plan/index.ts";
import { loadRuntime } from "../runtime/index.ts";

const runtime = await loadRuntime({ backend: "reference" });

type Layers = Extract<NonNullable<ModelFixtureOptions["model"]>, { kind: "layers" }>["layers"];

const image = (height: number, width: number, channels: number): Layers => [
  { type: "dense", name: "pixels", units: height * width * channels },
  { type: "reshape", name: "image", shape: [height, width, channels] },
];
const output: Layers = [{ type: "dense", name: "output", units: 3 }];
const flat: Layers = [{ type: "flatten", name: "flat" }];
const relu = { type: "activation", activation: "relu" } as const;
const tanh = { type: "activation", activation: "tanh" } as const;

const networks: Record<string, Layers> = {
  "batch norm of rows": [{ type: "dense", units: 17 }, { type: "batchNorm" }, tanh, ...output],
  "batch norm of rows and relu": [{ type: "dense", units: 9 }, { type: "batchNorm" }, relu, ...output],
  "batch norm of images": [...image(3, 4, 5), { type: "batchNorm" }, tanh, ...flat, ...output],
  "batch norm of images and relu, twice": [
    ...image(3, 3, 18),
    { type: "batchNorm" },
    relu,
    { type: "batchNorm" },
    relu,
    { type: "globalAveragePool" },
    ...output,
  ],
  "batch norm without scale and shift": [
    ...image(2, 3, 3),
    { type: "batchNorm", affine: false },
    relu,
    ...flat,
    ...output,
  ],
  "batch norm of the examples": [
    { type: "reshape", shape: [2, 1, 3] },
    { type: "batchNorm" },
    tanh,
    ...flat,
    ...output,
  ],
  "layer norm of rows": [{ type: "dense", units: 21 }, { type: "layerNorm" }, tanh, ...output],
  "layer norm of pixels and relu": [...image(2, 3, 7), { type: "layerNorm" }, relu, ...flat, ...output],
  "layer norm of images and relu": [
    ...image(3, 2, 5),
    { type: "layerNorm", over: "all" },
    relu,
    ...flat,
    ...output,
  ],
  "layer norm without scale and shift": [
    ...image(3, 2, 5),
    { type: "layerNorm", over: "all", affine: false },
    { type: "layerNorm", affine: false },
    tanh,
    ...flat,
    ...output,
  ],
  "group norm of images and relu": [
    ...image(3, 2, 18),
    { type: "groupNorm", groups: 3 },
    relu,
    { type: "globalAveragePool" },
    ...output,
  ],
  "group norm of rows": [
    { type: "dense", units: 12 },
    { type: "groupNorm", groups: 4 },
    tanh,
    { type: "groupNorm", groups: 2, affine: false },
    relu,
    ...output,
  ],
  "batch norm that two layers read": [
    { type: "dense", units: 6 },
    { type: "batchNorm", name: "norm" },
    { ...relu, name: "r" },
    { ...tanh, name: "t", inputs: ["norm"] },
    { type: "add", inputs: ["r", "t"] },
    ...output,
  ],
  "a residual block": [
    { type: "dense", name: "a", units: 8 },
    { type: "batchNorm" },
    relu,
    { type: "dense", name: "b", units: 8 },
    { type: "batchNorm", name: "second" },
    { type: "add", inputs: ["second", "a"] },
    relu,
    ...output,
  ],
};

const batch = 7;
const fixtureOf = (name: string, options: Partial<ModelFixtureOptions> = {}): ModelFixtureOptions => ({
  inputs: 6,
  model: { kind: "layers", layers: networks[name]! },
  classes: 3,
  batchSize: batch,
  training: { optimizer: "sgd", learningRate: 1, momentum: 0 },
  ...options,
});

function create(
  name: string,
  { count = batch, ...options }: Partial<ModelFixtureOptions> & { count?: number } = {},
) {
  return new ModelFixture(
    runtime,
    fixtureOf(name, options),
    randomExamples({ inputs: 6, classes: 3 }, { count }),
  );
}

describe.each(Object.keys(networks))("%s", (name) => {
  it.each([
    { plan: "optimised", options: {} },
    { plan: "plain", options: { passes: [] } },
  ])("has the right gradient in its $plan plan", ({ options }) => {
    const model = create(name, options);
    // Training moves the running averages too, which is no gradient.
    const isWeight = model.compiled.weights.flatMap(({ description }) =>
      Array.from({ length: elementsOf(description.shape) }, () => isTrained(description)),
    );
    checkGradient({
      value: (weights) => {
        model.setWeights(weights);
        return model.loss("train");
      },
      gradient: (weights) => {
        model.setWeights(weights);
        model.run("train");
        return model.weights().map((after, i) => (isWeight[i]! ? weights[i]! - after : 0));
      },
      point: model.weights(),
      step: 1e-6,
      tolerance: 1e-7,
    });
  });
});

/** The values of a weight by its name. */
function weightOf(model: ModelFixture, name: string): number[] {
  const all = model.weights();
  let first = 0;
  for (const { description } of model.compiled.weights) {
    const end = first + elementsOf(description.shape);
    if (description.name === name) return [...all.subarray(first, end)];
    first = end;
  }
  throw new Error(`there is no weight ${name}`);
}

describe("batchNorm", () => {
  const layers: Layers = [{ type: "batchNorm", name: "bn", momentum: 0.25 }, ...output];
  const model = { kind: "layers" as const, layers };

  it("refuses batches that give a channel one value", () => {
    expect(() => compileFixture(fixtureOf("batch norm of rows", { model, batchSize: 1 }))).toThrow(
      expect.objectContaining({
        code: "SHAPE_MISMATCH",
        message:
          "batchNorm layer `bn`: expected two values per channel or more in a training batch, got one.",
        hint: "Raise `training.batchSize`, or take layerNorm or groupNorm, which need one example alone.",
      }),
    );
  });

  it("takes batches of one image of several pixels", () => {
    expect(create("batch norm of images", { batchSize: 1 }).loss("train")).toBeGreaterThan(0);
  });

  it("leaves its averages as they are in a last batch of one row, and nothing becomes NaN", () => {
    const fixture = create("batch norm of rows", { model, batchSize: 3, count: 4 });
    fixture.run("train", { first: 0, end: 3 });
    const before = weightOf(fixture, "bn.running_var");
    fixture.run("train", { first: 3, end: 4 });
    expect(weightOf(fixture, "bn.running_var")).toEqual(before);
    expect([...fixture.weights()].every(Number.isFinite)).toBe(true);
    expect(fixture.slot("loss")).toBeGreaterThan(0);
  });

  it("keeps running averages of mean and unbiased variance", () => {
    const fixture = create("batch norm of rows", { model });
    const { features } = randomExamples({ inputs: 6, classes: 3 }, { count: batch });
    const before = {
      mean: weightOf(fixture, "bn.running_mean"),
      variance: weightOf(fixture, "bn.running_var"),
    };
    fixture.run("train");
    for (let channel = 0; channel < 6; channel++) {
      const values = Array.from({ length: batch }, (_, row) => features[row * 6 + channel]!);
      const mean = values.reduce((sum, x) => sum + x, 0) / batch;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (batch - 1);
      const expected = { mean: 0.75 * before.mean[channel]! + 0.25 * mean };
      expect(weightOf(fixture, "bn.running_mean")[channel]).toBeCloseTo(expected.mean, 12);
      const expectedVariance = 0.75 * before.variance[channel]! + 0.25 * variance;
      expect(weightOf(fixture, "bn.running_var")[channel]).toBeCloseTo(expectedVariance, 12);
    }
  });

  it("evaluates each example by itself, whatever else is in the batch", () => {
    const fixture = create("batch norm of rows", { model, evaluationBatchSize: 4 });
    // A variance is not below 0.
    fixture.setWeights(fixture.weights().map(Math.abs));
    const alone = Array.from({ length: batch }, (_, first) =>
      fixture.loss("evaluate", { first, end: first + 1 }),
    );
    const mean = alone.reduce((sum, loss) => sum + loss, 0) / batch;
    expect(fixture.loss("evaluate")).toBeCloseTo(mean, 12);
  });

  it("is a whole batch in one piece in training, however large", () => {
    const { plan } = compileFixture(fixtureOf("batch norm of images", { batchSize: 700 }));
    expect(plan.phases.train.chunkSize).toBe(700);
    expect(plan.phases.evaluate.chunkSize).toBeLessThan(700);
  });
});

describe("fuseNorm", () => {
  const kernelsOf = (name: string, phase: "train" | "evaluate") =>
    compileFixture(fixtureOf(name, { passes: ["fuseNorm"] })).plan.phases[phase].calls.map(
      ({ kernel }) => kernel,
    );

  it.each(["batch norm of rows and relu", "batch norm of images and relu, twice"])(
    "leaves no relu and no gradient of one: %s",
    (name) => {
      for (const phase of ["train", "evaluate"] as const) {
        expect(kernelsOf(name, phase)).not.toContain("activationForward");
        expect(kernelsOf(name, phase)).not.toContain("activationGradient");
      }
    },
  );

  it("takes the relu of a residual block into the sum", () => {
    expect(kernelsOf("a residual block", "evaluate")).not.toContain("activationForward");
    expect(kernelsOf("a residual block", "train")).toContain("activationGradient");
  });

  it("keeps a relu when something else reads the normalised values", () => {
    expect(kernelsOf("batch norm that two layers read", "train")).toContain("activationForward");
  });
});

describe("foldNorm", () => {
  const ofImages = { inputs: 48, inputShape: [4, 4, 3] };
  const convolution = { type: "convolution", filters: 5, kernel: 3 } as const;
  const models: Record<string, Partial<ModelFixtureOptions>> = {
    "a dense layer": { model: { kind: "layers", layers: networks["batch norm of rows and relu"]! } },
    "convolutions with and without bias": {
      ...ofImages,
      model: {
        kind: "layers",
        layers: [
          { ...convolution, padding: 1 },
          { type: "batchNorm" },
          relu,
          { ...convolution, bias: false },
          { type: "batchNorm", affine: false },
          { type: "globalAveragePool" },
          ...output,
        ],
      },
    },
  };

  it.each(Object.keys(models))(
    "leaves no scale and shift in evaluation, and its loss as it was: %s",
    (name) => {
      const losses = [{}, { passes: [] }].map((options) => {
        const described = {
          ...fixtureOf("batch norm of rows", models[name]),
          evaluationBatchSize: 400,
          ...options,
        };
        const examples = randomExamples(described, { count: 1000 });
        const fixture = new ModelFixture(runtime, described, examples);
        // A variance is not below 0.
        fixture.setWeights(fixture.weights().map(Math.abs));
        return fixture.loss("evaluate");
      });
      expect(losses[0]! / losses[1]!).toBeCloseTo(1, 12);
      const kernels = compileFixture(
        fixtureOf("batch norm of rows", models[name]),
      ).plan.phases.evaluate.calls.map(({ kernel }) => kernel);
      expect(kernels).not.toContain("scaleShift");
      expect(kernels).toContain("scaleColumns");
    },
  );
});
