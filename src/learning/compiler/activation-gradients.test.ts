/** Networks with each activation and with softmax layers against central differences of their loss. */
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { compileFixture, ModelFixture, randomExamples } from "../../testing/model-fixture.ts";
import { activationNames } from "../model/index.ts";
import { loadRuntime } from "../runtime/index.ts";

const runtime = await loadRuntime({ backend: "reference" });

/** Kinks are where a layer's inputs are 0, not where the weights are: steps are short, so that none is met. */
const step = 1e-6;
const tolerance = 1e-6;

const training = { optimizer: "sgd", learningRate: 1, momentum: 0 } as const;

function check(model: ModelFixture): void {
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
}

describe.each([1, 5, 290])("%i examples", (batch) => {
  it.each(activationNames)("%s has the right gradient of the weights around it", (activation) => {
    const network = { inputs: 6, hidden: [9, 4], classes: 3, activation, batchSize: batch, training };
    check(new ModelFixture(runtime, network, randomExamples(network, { count: batch })));
  });

  it("softmax has the right gradient of the weights before and after it", () => {
    const network = {
      inputs: 12,
      inputShape: [2, 2, 3],
      classes: 3,
      model: {
        kind: "layers" as const,
        layers: [
          // On an image it is over the channels.
          { type: "softmax" as const },
          { type: "flatten" as const },
          { type: "dense" as const, units: 7 },
          { type: "softmax" as const },
          { type: "dense" as const, units: 3 },
        ],
      },
      batchSize: batch,
      training,
    };
    check(new ModelFixture(runtime, network, randomExamples(network, { count: batch })));
  });
});

it("identity costs no kernel call", () => {
  const network = { inputs: 6, hidden: [9, 4], classes: 3, batchSize: 4 };
  const kernels = (activation: "identity" | "tanh") =>
    compileFixture({ ...network, activation }).plan.phases.train.calls.map(({ kernel }) => kernel);
  expect(kernels("tanh")).toContain("activationForward");
  expect(kernels("identity")).not.toContain("activationForward");
});

it("the input of an activation is kept for the way back only where its output does not tell the slope", () => {
  const network = { inputs: 64, hidden: [256, 256, 256, 256], classes: 3, batchSize: 64 };
  const live = (activation: "silu" | "tanh") => compileFixture({ ...network, activation }).plan.liveFloats;
  expect(live("tanh")).toBeLessThan(live("silu"));
});
