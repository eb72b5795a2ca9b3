/** Gradients of networks with convolutions, as their plans compute them, against central differences of their loss. */
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
const fast = await loadRuntime();

type Layers = Extract<ModelFixtureOptions["model"], { kind: "layers" }>["layers"];

interface Network {
  readonly name: string;
  readonly inputShape: readonly [number, number, number];
  readonly batch: number;
  readonly convolutions: Layers;
}

const tanh = { type: "activation", activation: "tanh" } as const;
const relu = { type: "activation", activation: "relu" } as const;

const networks: readonly Network[] = [
  {
    name: "grey images, two layers",
    inputShape: [7, 6, 1],
    batch: 3,
    convolutions: [
      { type: "convolution", filters: 3, kernel: 3 },
      relu,
      { type: "convolution", filters: 2, kernel: [2, 3] },
      relu,
    ],
  },
  {
    name: "colours with zeros around, batch 1",
    inputShape: [5, 4, 3],
    batch: 1,
    convolutions: [
      { type: "convolution", filters: 17, kernel: 3, padding: "same" },
      tanh,
      { type: "convolution", filters: 3, kernel: 3, padding: 1, bias: false },
    ],
  },
  {
    name: "strides and dilation",
    inputShape: [9, 8, 2],
    batch: 4,
    convolutions: [
      { type: "convolution", filters: 4, kernel: 3, padding: "same", stride: 2 },
      tanh,
      { type: "convolution", filters: 5, kernel: [3, 2], padding: [2, 1], dilation: 2 },
      tanh,
      { type: "convolution", filters: 3, kernel: 1, stride: 2 },
    ],
  },
  {
    name: "groups",
    inputShape: [4, 4, 4],
    batch: 2,
    convolutions: [
      { type: "convolution", filters: 6, kernel: 3, padding: 1, groups: 2 },
      tanh,
      { type: "convolution", filters: 18, kernel: 2, groups: 3 },
    ],
  },
  {
    name: "a filter for each channel",
    inputShape: [6, 5, 3],
    batch: 3,
    convolutions: [
      { type: "convolution", filters: 3, kernel: 3, padding: "same", stride: 2, groups: 3 },
      relu,
      { type: "convolution", filters: 20, kernel: 1 },
      relu,
      { type: "convolution", filters: 20, kernel: 3, padding: 1, groups: 20, bias: false },
    ],
  },
  {
    name: "several chunks",
    inputShape: [3, 3, 1],
    batch: 135,
    convolutions: [{ type: "convolution", filters: 2, kernel: 2 }, tanh],
  },
];

const optionsOf = ({ inputShape, batch, convolutions }: Network): ModelFixtureOptions => ({
  inputs: inputShape.reduce((product, size) => product * size, 1),
  inputShape,
  classes: 3,
  batchSize: batch,
  // The new weights are then the old less the gradient.
  training: { optimizer: "sgd", learningRate: 1, momentum: 0 },
  model: {
    kind: "layers",
    layers: [...convolutions, { type: "flatten" }, { type: "dense", units: 3 }],
  },
});

describe.each(networks)("$name", (network) => {
  const options = optionsOf(network);
  const examples = randomExamples(options, { count: network.batch });

  it.each([
    { plan: "optimised", passes: undefined },
    { plan: "plain", passes: [] },
  ])("has the right gradient of its weights in its $plan plan", ({ passes }) => {
    const given = passes === undefined ? {} : { passes };
    const model = new ModelFixture(runtime, { ...options, ...given }, examples);
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
      tolerance: 2e-7,
    });
  });

  it("has the same gradient on the fastest back end", () => {
    const [received, expected] = [fast, runtime].map((one) => {
      const model = new ModelFixture(one, options, examples);
      model.run("train");
      return model.weights();
    });
    const largest = Math.max(...expected!.map((value, i) => Math.abs(value - received![i]!)));
    expect(largest).toBeLessThan(2e-6);
  });
});

it("a filter for each channel has kernels of its own", () => {
  const kernels = compileFixture(optionsOf(networks[4]!)).plan.phases.train.calls.map(({ kernel }) => kernel);
  expect(kernels.filter((kernel) => kernel === "depthwiseForward")).toHaveLength(2);
  expect(kernels).not.toContain("expandGroups");
});
