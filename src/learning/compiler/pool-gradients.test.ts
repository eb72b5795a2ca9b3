/** Gradients of networks with pooling layers against central differences, and what is fused in their plans. */
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import {
  compileFixture,
  ModelFixture,
  randomExamples,
  type ModelFixtureOptions,
} from "../../testing/model-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";

const runtime = await loadRuntime({ backend: "reference" });

type Layers = Extract<NonNullable<ModelFixtureOptions["model"]>, { kind: "layers" }>["layers"];

/** Trained images [height, width, channels], which lie as those of convolutions do after a pooling of single pixels. */
const image = (height: number, width: number, channels: number): Layers => [
  { type: "dense", name: "pixels", units: height * width * channels },
  { type: "reshape", shape: [height, width, channels] },
  { type: "averagePool", size: 1 },
];
const head: Layers = [
  { type: "flatten", name: "flat" },
  { type: "dense", name: "output", units: 3 },
];
const relu = { type: "activation", activation: "relu" } as const;
const tanh = { type: "activation", activation: "tanh" } as const;

const networks: Record<string, Layers> = {
  "max pooling": [...image(5, 4, 3), tanh, { type: "maxPool", size: 2 }, ...head],
  "max pooling of overlapping windows": [
    ...image(6, 5, 17),
    { type: "maxPool", size: 3, stride: 2, padding: 1 },
    ...head,
  ],
  "max pooling after relu": [...image(4, 6, 2), relu, { type: "maxPool", size: [2, 3] }, ...head],
  "max pooling of a relu that something else reads": [
    ...image(4, 4, 2),
    { ...relu, name: "relu" },
    { type: "maxPool", size: 2, name: "pooled" },
    { type: "averagePool", size: 2, name: "mean", inputs: ["relu"] },
    { type: "add", inputs: ["pooled", "mean"] },
    ...head,
  ],
  "relu after max pooling": [...image(4, 4, 2), { type: "maxPool", size: 2 }, relu, ...head],
  "average pooling": [
    ...image(5, 7, 3),
    { type: "averagePool", size: 3, stride: [1, 2], padding: 1 },
    tanh,
    ...head,
  ],
  "average pooling without the padding": [
    ...image(5, 4, 3),
    { type: "averagePool", size: 2, stride: 2, padding: 1, countIncludePadding: false },
    ...head,
  ],
  "adaptive average pooling": [
    ...image(5, 7, 2),
    { type: "adaptiveAveragePool", output: [3, 2] },
    tanh,
    ...head,
  ],
  "global average pooling": [
    ...image(3, 5, 18),
    { type: "globalAveragePool" },
    tanh,
    { type: "dense", units: 3 },
  ],
};

const fixtureOf = (name: string, passes?: readonly string[]): ModelFixtureOptions => ({
  inputs: 6,
  model: { kind: "layers", layers: networks[name]! },
  classes: 3,
  batchSize: 4,
  training: { optimizer: "sgd", learningRate: 1, momentum: 0 },
  ...(passes === undefined ? {} : { passes }),
});

describe.each(Object.keys(networks))("%s", (name) => {
  it.each([
    { plan: "optimised", passes: undefined },
    { plan: "plain", passes: [] },
  ])("has the right gradient in its $plan plan", ({ passes }) => {
    const model = new ModelFixture(
      runtime,
      fixtureOf(name, passes),
      randomExamples({ inputs: 6, classes: 3 }, { count: 4 }),
    );
    checkGradient({
      value: (weights) => {
        model.setWeights(weights);
        return model.loss();
      },
      gradient: (weights) => {
        model.setWeights(weights);
        model.run("train");
        return model.weights().map((after, i) => weights[i]! - after);
      },
      point: model.weights(),
      step: 1e-6,
      tolerance: 1e-7,
    });
  });
});

describe("fusePool", () => {
  const kernelsOf = (name: string) =>
    compileFixture(fixtureOf(name, ["fusePool"])).plan.phases.train.calls.map(({ kernel }) => kernel);

  it("leaves no relu in front of a pooling that alone reads it", () => {
    const kernels = kernelsOf("max pooling after relu");
    expect(kernels).not.toContain("activationForward");
    expect(kernels).not.toContain("activationGradient");
  });

  it("keeps a relu that something else reads", () => {
    expect(kernelsOf("max pooling of a relu that something else reads")).toContain("activationForward");
  });

  it("keeps no winners where nothing is trained", () => {
    const { plan } = compileFixture(fixtureOf("max pooling"));
    const winnersIn = (phase: "train" | "evaluate") =>
      plan.phases[phase].calls.find(({ kernel }) => kernel === "maxPool")!.arguments.winners! >= 0;
    expect([winnersIn("train"), winnersIn("evaluate")]).toEqual([true, false]);
  });
});
