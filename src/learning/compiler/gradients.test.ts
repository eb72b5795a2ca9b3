/** Gradients of whole networks, as their plans compute them, against central differences of their loss. */
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { ModelFixture, randomExamples, type ModelFixtureOptions } from "../../testing/model-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import { GraphBuilder } from "./graph.ts";
import { addGradients } from "./gradients.ts";

const runtime = await loadRuntime({ backend: "reference" });

type Network = Pick<ModelFixtureOptions, "inputs" | "hidden" | "classes" | "activation">;

const networks: { name: string; network: Network; batch: number }[] = [
  { name: "one relu layer", network: { inputs: 7, hidden: [9], classes: 3 }, batch: 5 },
  { name: "three relu layers", network: { inputs: 20, hidden: [33, 17, 5], classes: 4 }, batch: 6 },
  { name: "tanh", network: { inputs: 3, hidden: [18, 2], classes: 5, activation: "tanh" }, batch: 4 },
  { name: "sigmoid", network: { inputs: 5, hidden: [4, 4], classes: 2, activation: "sigmoid" }, batch: 9 },
  { name: "no hidden layer", network: { inputs: 6, hidden: [], classes: 3 }, batch: 7 },
  {
    name: "one of everything",
    network: { inputs: 1, hidden: [1], classes: 2, activation: "tanh" },
    batch: 1,
  },
  { name: "several chunks", network: { inputs: 4, hidden: [6], classes: 3 }, batch: 290 },
];

/** A relu's kinks are where its inputs are, not where the weights are: steps are short, so that none is met. */
const step = 1e-6;
const tolerance = 1e-7;

describe.each(networks)("$name", ({ network, batch }) => {
  const create = (passes?: readonly string[]) =>
    new ModelFixture(
      runtime,
      {
        ...network,
        batchSize: batch,
        // The new weights are then the old less the gradient.
        training: { optimizer: "sgd", learningRate: 1, momentum: 0 },
        ...(passes === undefined ? {} : { passes }),
      },
      randomExamples(network, { count: batch }),
    );

  it.each([
    { plan: "optimised", passes: undefined },
    { plan: "plain", passes: [] },
  ])("has the right gradient of its weights in its $plan plan", ({ passes }) => {
    const model = create(passes);
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
      step,
      tolerance,
    });
  });

  it("has the same loss in training and in evaluation", () => {
    const model = create();
    const evaluated = model.loss("evaluate");
    expect(model.loss("train")).toBeCloseTo(evaluated, 12);
  });

  it("measures the mean absolute gradient of its layers", () => {
    const model = create();
    const before = model.weights();
    model.run("train");
    const gradient = model.weights().map((after, i) => before[i]! - after);
    let next = 0;
    for (const { description } of model.compiled.weights) {
      const count = description.shape.reduce((product, size) => product * size, 1);
      const total = gradient.subarray(next, next + count).reduce((sum, g) => sum + Math.abs(g), 0);
      if (description.role === "weight") {
        expect(model.slot(`${description.name}/gradient`)).toBeCloseTo(total, 12);
      }
      next += count;
    }
  });
});

describe("addGradients", () => {
  it("refuses a weight that is read twice, since no op adds gradients of weights", () => {
    const builder = new GraphBuilder();
    const from = { layer: "w", fanIn: 2, fanOut: 2 };
    const weight = builder.add("weight", [], {
      attributes: { weight: { name: "w", role: "weight", shape: [2, 2], ...from } },
      shape: [2, 2],
      layout: { kind: "panels", run: 2, stride: 16 },
    });
    const labels = builder.add("labels", [], { attributes: {}, shape: [] });
    const dense = (x: typeof weight) =>
      builder.add("dense", [x, weight], { attributes: { activation: "none" }, shape: [2] });
    const features = builder.add("features", [], {
      attributes: { source: "floats", scaling: "uniform" },
      shape: [2],
    });
    const loss = builder.add("softmaxCrossEntropy", [dense(dense(features)), labels], {
      attributes: { labelSmoothing: 0, classWeights: [1, 1] },
      shape: [],
    });
    expect(() => addGradients(builder, loss)).toThrow(
      expect.objectContaining({ code: "INTERNAL", message: expect.stringContaining("is read twice") }),
    );
  });
});
