/** A pass may change how a thing is computed and never what: each alone and all together, on the reference back end. */
import { describe, expect, it } from "vitest";

import {
  compileFixture,
  ModelFixture,
  randomExamples,
  type ModelFixtureOptions,
} from "../../../testing/model-fixture.ts";
import { verifyPlan } from "../../plan/index.ts";
import { loadRuntime } from "../../runtime/index.ts";
import { passes } from "./index.ts";

const runtime = await loadRuntime({ backend: "reference" });

/** Both sides compute in float64; only the order of sums may differ. */
const tolerance = 1e-12;

const adam = { optimizer: "adam", weightDecay: 0.01 } as const;
const models: Record<string, ModelFixtureOptions> = {
  "relu, Adam": { inputs: 13, hidden: [20, 7], classes: 4, training: adam, batchSize: 10 },
  "relu, Adam, several chunks": { inputs: 13, hidden: [17], classes: 3, training: adam, batchSize: 300 },
  "relu, SGD with momentum": {
    inputs: 5,
    hidden: [33, 1],
    classes: 2,
    training: { optimizer: "sgd", momentum: 0.9, learningRate: 0.1 },
    batchSize: 16,
  },
  "tanh, Adam": {
    inputs: 3,
    hidden: [9],
    classes: 5,
    activation: "tanh",
    training: adam,
    batchSize: 8,
  },
  "relu, AdamW with an average": {
    inputs: 13,
    hidden: [20, 7],
    classes: 4,
    training: { optimizer: "adamw", averageDecay: 0.9 },
    batchSize: 10,
  },
  "relu, AMSGrad, clipped and penalised": {
    inputs: 13,
    hidden: [20],
    classes: 4,
    training: { optimizer: "amsgrad", l2Penalty: 0.1, clipNorm: 0.5 },
    batchSize: 300,
  },
  "relu after convolutions": {
    inputs: 30,
    inputShape: [6, 5, 1],
    classes: 3,
    training: adam,
    batchSize: 7,
    model: {
      kind: "layers",
      layers: [
        { type: "convolution", filters: 18, kernel: 2 },
        { type: "activation", activation: "relu" },
        { type: "convolution", filters: 18, kernel: 3, padding: 1, groups: 18 },
        { type: "activation", activation: "relu" },
        { type: "convolution", filters: 4, kernel: 3, padding: 1 },
        { type: "activation", activation: "relu" },
        { type: "convolution", filters: 2, kernel: 1 },
        { type: "flatten" },
        { type: "dense", units: 3 },
      ],
    },
  },
  "linear, one class": { inputs: 4, hidden: [], classes: 1, training: adam, batchSize: 3 },
};

const choices: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(passes).map((name) => [name, [name]])),
  all: Object.keys(passes),
};

const kernelsOf = (options: ModelFixtureOptions) =>
  compileFixture(options).plan.phases.train.calls.map(({ kernel }) => kernel);

/** Three steps from the same weights. */
function train(options: ModelFixtureOptions): { weights: Float64Array; slots: number[] } {
  const examples = randomExamples(options, { count: 3 * options.batchSize - 1 });
  const model = new ModelFixture(runtime, options, examples);
  verifyPlan(model.compiled.plan);
  model.run("train");
  const trainingSlots = Object.values(model.compiled.slots).map((slot) => model.executor.slots[slot]!);
  model.setSlot("loss", 0);
  model.run("evaluate");
  model.executor.execute("measure", { order: new Int32Array(), first: 0, end: 0, watchedSlot: -1 });
  return {
    weights: model.weights(),
    slots: [
      ...trainingSlots,
      ...Object.values(model.compiled.slots).map((slot) => model.executor.slots[slot]!),
    ],
  };
}

function expectClose(received: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(received).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(received[i]! - expected[i]!);
    expect(error, `number ${i}: ${received[i]} for ${expected[i]}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected[i]!)),
    );
  }
}

describe.each(Object.keys(choices))("passes: %s", (choice) => {
  it.each(Object.keys(models))("leave the result as it was without any: %s", (name) => {
    const plain = train({ ...models[name]!, passes: [] });
    const optimized = train({ ...models[name]!, passes: choices[choice]! });
    expectClose(optimized.weights, plain.weights);
    expectClose(optimized.slots, plain.slots);
  });
});

describe("passes", () => {
  const model = models["relu, Adam"]!;

  it("fuse nothing when there are none", () => {
    expect(kernelsOf({ ...model, passes: [] })).toEqual(
      expect.arrayContaining(["activationForward", "activationGradient", "denseWeightGradient"]),
    );
  });

  it("fuseRelu leaves no relu by itself between convolutions", () => {
    const kernels = kernelsOf({ ...models["relu after convolutions"]!, passes: ["fuseRelu"] });
    expect(kernels.filter((kernel) => kernel.startsWith("activation"))).toEqual([]);
  });

  it.each([
    { pass: "fuseRelu", gone: ["activationForward", "activationGradient"] },
    { pass: "fuseAdam", gone: ["denseWeightGradient"] },
  ])("$pass leaves no $gone", ({ pass, gone }) => {
    const kernels = kernelsOf({ ...model, passes: [pass] });
    for (const kernel of gone) expect(kernels).not.toContain(kernel);
  });

  it("fuseLoss leaves one pass over the logits", () => {
    const losses = (names: string[]) =>
      kernelsOf({ ...model, passes: names }).filter((kernel) => kernel === "softmaxCrossEntropy");
    expect(losses([])).toHaveLength(2);
    expect(losses(["fuseLoss"])).toHaveLength(1);
  });

  it("keep an activation that is not a relu", () => {
    expect(kernelsOf(models["tanh, Adam"]!)).toContain("activationGradient");
  });
});
