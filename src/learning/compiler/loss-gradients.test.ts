/** Networks with each loss, for classes and for values, against central differences of what they report. */
import { describe, expect, it } from "vitest";

import { RandomStream, toSeed } from "../../base/index.ts";
import { checkGradient } from "../../testing/check-gradient.ts";
import {
  compileFixture,
  ModelFixture,
  randomExamples,
  type ModelFixtureOptions,
} from "../../testing/model-fixture.ts";
import type { BatchSource } from "../runtime/index.ts";
import { loadRuntime } from "../runtime/index.ts";

const runtime = await loadRuntime({ backend: "reference" });

const step = 1e-6;
const tolerance = 1e-6;

const plainDescent = { optimizer: "sgd", learningRate: 1, momentum: 0 } as const;

const recipes: readonly ModelFixtureOptions["training"][] = [
  { loss: "cross-entropy", labelSmoothing: 0.1 },
  { loss: "cross-entropy", classWeights: [1, 3, 0.25] },
  { loss: "cross-entropy", classWeights: [1, 3, 0.25], labelSmoothing: 0.3 },
  { loss: "mean-squared-error" },
  { loss: "mean-absolute-error" },
  { loss: "huber", huberDelta: 0.4 },
  { loss: "binary-cross-entropy" },
];

function targets(count: number, outputs: number): Float32Array {
  const stream = new RandomStream(toSeed(3), "targets");
  return Float32Array.from({ length: count * outputs }, (_, index) => stream.uniform(index));
}

function check(options: ModelFixtureOptions, examples: BatchSource): void {
  const model = new ModelFixture(runtime, options, examples);
  const value = (weights: Float64Array) => {
    model.setWeights(weights);
    return model.loss();
  };
  checkGradient({
    value,
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

// 290 examples are several chunks: the weight of a step must be known before the first.
describe.each([1, 5, 290])("%i examples", (batch) => {
  it.each(recipes)("classes by %j", (recipe) => {
    const network = { inputs: 5, hidden: [6], classes: 3, activation: "tanh" as const };
    const options = { ...network, batchSize: batch, training: { ...plainDescent, ...recipe } };
    const examples = randomExamples(network, { count: batch });
    check(options, examples);
    check({ ...options, passes: [] }, examples);
  });

  it.each(recipes.slice(3))("values by %j", (recipe) => {
    const network = { inputs: 5, hidden: [6], classes: 2, activation: "tanh" as const };
    const options = { ...network, batchSize: batch, training: { ...plainDescent, ...recipe } };
    const { features } = randomExamples(network, { count: batch });
    check({ ...options, task: "regression" }, { features, labels: targets(batch, 2) });
  });
});

it("the gradient's kernel adds up the loss, so that it is computed once", () => {
  for (const loss of ["cross-entropy", "huber"] as const) {
    const kernels = compileFixture({
      inputs: 5,
      classes: 3,
      batchSize: 4,
      training: { loss },
    }).plan.phases.train.calls.map(({ kernel }) => kernel);
    expect(kernels.filter((kernel) => /loss|entropy/i.test(kernel))).toHaveLength(1);
  }
});

it("trials that differ in smoothing, class weights and delta share a plan", () => {
  const plan = (training: ModelFixtureOptions["training"]) =>
    compileFixture({ inputs: 5, classes: 3, batchSize: 4, training }).plan;
  expect(plan({ labelSmoothing: 0.1, classWeights: [1, 2, 3] })).toEqual(plan({}));
  expect(plan({ loss: "huber", huberDelta: 3 })).toEqual(plan({ loss: "huber" }));
});

it("a model with another number of outputs than classes is refused", () => {
  const model = { kind: "layers" as const, layers: [{ type: "dense" as const, units: 7 }] };
  expect(() => compileFixture({ inputs: 5, classes: 3, batchSize: 4, model })).toThrow(
    expect.objectContaining({
      code: "SHAPE_MISMATCH",
      message: "model: the last layer must give [batch, 3], one output for each class, got [batch, 7].",
    }),
  );
});
