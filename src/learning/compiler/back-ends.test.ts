/** Plans of random networks mean the same on every back end. */
import fc from "fast-check";
import { expect, it } from "vitest";

import { ModelFixture, randomExamples } from "../../testing/model-fixture.ts";
import { runtimesUnderTest } from "../../testing/usable-runtimes.ts";
import { activationNames } from "../model/index.ts";
import { loadRuntime } from "../runtime/index.ts";

const reference = await loadRuntime({ backend: "reference" });
const runtimes = (await runtimesUnderTest()).flatMap(({ runtime }) => runtime ?? []);

/** Relative to the weights' mean square root. SGD, since Adam makes whole steps of gradients that are nearly 0. */
const tolerance = 2e-6;

const anyModel = fc.record({
  inputs: fc.integer({ min: 1, max: 120 }),
  hidden: fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 3 }),
  classes: fc.integer({ min: 1, max: 40 }),
  activation: fc.constantFrom(...activationNames),
  training: fc.constant({ optimizer: "sgd" as const, learningRate: 0.1, momentum: 0.9 }),
  batchSize: fc.integer({ min: 1, max: 300 }),
});

it("a batch that is normalised as a whole, longer than a block of products, trains by Adam on every back end", () => {
  const model = {
    inputs: 20,
    classes: 3,
    model: {
      kind: "layers" as const,
      layers: [
        { type: "dense" as const, units: 24 },
        { type: "batchNorm" as const },
        { type: "activation" as const, activation: "relu" as const },
        { type: "dense" as const, units: 3 },
      ],
    },
    training: { optimizer: "adam" as const, learningRate: 0.01 },
    batchSize: 400,
  };
  const examples = randomExamples(model, { count: 1200 });
  const lossOf = (runtime: typeof reference) => {
    const fixture = new ModelFixture(runtime, model, examples);
    for (let epoch = 0; epoch < 20; epoch++) fixture.run("train");
    return fixture.loss("train");
  };
  const expected = lossOf(reference);
  expect(expected).toBeLessThan(1);
  for (const runtime of runtimes) {
    expect(Math.abs(lossOf(runtime) / expected - 1), runtime.instructionSet).toBeLessThan(1e-3);
  }
});

it("random networks train on every back end as on the reference", () => {
  fc.assert(
    fc.property(anyModel, fc.integer({ min: 1, max: 100 }), (model, rest) => {
      const examples = randomExamples(model, { count: 2 * model.batchSize + rest });
      const train = (runtime: typeof reference) => {
        const fixture = new ModelFixture(runtime, model, examples);
        fixture.run("train");
        return fixture.weights();
      };
      const expected = train(reference);
      const usual = Math.sqrt(expected.reduce((sum, w) => sum + w * w, 0) / expected.length);
      for (const runtime of runtimes) {
        const weights = train(runtime);
        const worst = Math.max(...expected.map((w, i) => Math.abs(weights[i]! - w) / usual));
        expect(worst, `${runtime.backend} ${runtime.instructionSet}`).toBeLessThan(tolerance);
      }
    }),
    { seed: 1, numRuns: 20 },
  );
});
