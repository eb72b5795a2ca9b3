/** Gradients of networks whose values are joined, read several times, reshaped and dropped, against central differences. */
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { ModelFixture, randomExamples, type ModelFixtureOptions } from "../../testing/model-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";

const runtime = await loadRuntime({ backend: "reference" });

type Network = Pick<ModelFixtureOptions, "inputs" | "inputShape" | "model" | "classes">;
type Layers = Extract<NonNullable<ModelFixtureOptions["model"]>, { kind: "layers" }>["layers"];

const dense = (name: string, units: number, input?: string) => ({
  type: "dense" as const,
  name,
  units,
  ...(input === undefined ? {} : { inputs: [input] }),
});
const layers = (...written: Layers) => ({ kind: "layers" as const, layers: written });

const networks: Record<string, Network> = {
  "a residual block": {
    inputs: 7,
    model: layers(
      dense("a", 9),
      { type: "activation", name: "t", activation: "tanh" },
      dense("b", 9),
      { type: "add", inputs: ["b", "a"] },
      dense("output", 3),
    ),
    classes: 3,
  },
  "a value that is read three times": {
    inputs: 5,
    model: layers(
      dense("a", 4),
      { type: "activation", name: "t", activation: "tanh", inputs: ["a"] },
      { type: "activation", name: "s", activation: "sigmoid", inputs: ["a"] },
      { type: "concatenate", inputs: ["t", "a", "s"] },
      dense("output", 4),
    ),
    classes: 4,
  },
  "a value that is joined with itself": {
    inputs: 6,
    model: layers(dense("a", 5), { type: "concatenate", inputs: ["a", "a"] }, dense("output", 2)),
    classes: 2,
  },
  "odd widths side by side": {
    inputs: 3,
    model: layers(
      dense("a", 17, "input"),
      dense("b", 1, "input"),
      dense("c", 33, "input"),
      { type: "concatenate", inputs: ["a", "b", "c"] },
      { type: "activation", activation: "tanh" },
      dense("output", 5),
    ),
    classes: 5,
  },
  "a dense layer after flattened images side by side": {
    inputs: 18,
    inputShape: [3, 2, 3],
    model: layers(
      { type: "activation", name: "t", activation: "tanh", inputs: ["input"] },
      { type: "concatenate", name: "channels", inputs: ["t", "input", "t"] },
      { type: "flatten", name: "flat" },
      { type: "flatten", name: "examples", inputs: ["input"] },
      dense("a", 5, "examples"),
      { type: "concatenate", inputs: ["flat", "examples", "a"] },
      dense("output", 3),
    ),
    classes: 3,
  },
  "rows that become images and rows again": {
    inputs: 4,
    model: layers(
      dense("a", 12),
      { type: "reshape", name: "image", shape: [2, 2, 3] },
      { type: "activation", activation: "tanh", name: "t" },
      { type: "concatenate", inputs: ["t", "image"] },
      { type: "reshape", shape: [4, 6] },
      { type: "reshape", shape: [24] },
      dense("output", 3),
    ),
    classes: 3,
  },
};

const batch = 6;
const sgd = { optimizer: "sgd", learningRate: 1, momentum: 0 } as const;

describe.each(Object.keys(networks))("%s", (name) => {
  const create = () =>
    new ModelFixture(
      runtime,
      { ...networks[name]!, batchSize: batch, training: sgd },
      randomExamples(networks[name]!, { count: batch }),
    );

  it("has the right gradient of its weights", () => {
    const model = create();
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

describe.each(["element", "channel"] as const)("dropout per %s", (per) => {
  const network: Network = {
    inputs: 24,
    inputShape: [2, 3, 4],
    model: layers(
      { type: "dropout", name: "first", rate: 0.3, per },
      { type: "activation", activation: "tanh" },
      { type: "flatten" },
      dense("a", 19),
      { type: "dropout", name: "second", rate: 0.5, per },
      dense("output", 3),
    ),
    classes: 3,
  };
  const options = { ...network, batchSize: 200, training: sgd };
  const create = () => {
    const model = new ModelFixture(runtime, options, randomExamples(network, { count: 200 }));
    for (const { slot, value } of model.compiled.initialSlots) model.executor.slots[slot] = value;
    model.compiled.randomKeys.forEach(({ slot }, index) => {
      model.executor.slots[slot] = 12_345 + index;
      model.executor.slots[slot + 1] = 678;
    });
    return model;
  };

  it("has the right gradient of its weights, under the masks of one step and in several chunks", () => {
    const model = create();
    checkGradient({
      value: (weights) => {
        model.setWeights(weights);
        model.setSlot("step", 5);
        return model.loss("train");
      },
      gradient: (weights) => {
        model.setWeights(weights);
        model.setSlot("step", 5);
        model.run("train");
        return model.weights().map((after, i) => weights[i]! - after);
      },
      point: model.weights(),
      step: 1e-6,
      tolerance: 1e-7,
    });
  });

  it("changes nothing in evaluation, and in training at rate 0", () => {
    const model = create();
    const evaluated = model.loss("evaluate");
    model.compiled.plan.slots.forEach((name, slot) => {
      if (name.endsWith("/rate")) model.executor.slots[slot] = 0;
    });
    expect(model.loss("train")).toBeCloseTo(evaluated, 12);
  });

  it("draws other masks in the next step and from another key", () => {
    const model = create();
    const weights = model.weights();
    const lossAt = (step: number) => {
      model.setWeights(weights);
      model.setSlot("step", step);
      return model.loss("train");
    };
    const first = lossAt(0);
    expect(lossAt(0)).toBe(first);
    expect(lossAt(1)).not.toBe(first);
    model.executor.slots[model.compiled.randomKeys[0]!.slot]! += 1;
    expect(lossAt(0)).not.toBe(first);
  });
});
