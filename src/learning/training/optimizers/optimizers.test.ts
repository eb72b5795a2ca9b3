/** Two steps of each optimiser with numbers that can be followed by hand. */
import { describe, expect, it } from "vitest";

import { runKernel } from "../../../testing/plan-fixture.ts";
import { runtimesUnderTest } from "../../../testing/usable-runtimes.ts";
import { loadRuntime, type Runtime } from "../../runtime/index.ts";
import { trainingSchema, type TrainingRecipe } from "../recipe.ts";
import { optimizers } from "./index.ts";

const reference = { name: "reference", runtime: await loadRuntime({ backend: "reference" }) };

/** One weight of 1 whose gradient is 0.5 in the first step and -0.25 in the second; its values after each. */
function twoSteps(runtime: Runtime, recipe: TrainingRecipe): number[] {
  const { rule, initialSlots } = optimizers[recipe.optimizer];
  const { update, advance, state } = rule(recipe);
  const optional = update === "sgdUpdate" ? ["velocity"] : [];
  let settings = [...initialSlots(recipe)];
  let buffers: Record<string, ArrayLike<number>> = { weight: [1] };
  return [0.5, -0.25].map((gradient) => {
    if (advance !== undefined) {
      settings = [...runKernel(runtime, { kernel: advance, slots: { settings } }).slots.settings!];
    }
    buffers = runKernel(runtime, {
      kernel: update,
      dimensions: { count: 16 },
      buffers: { ...buffers, gradient: [gradient] },
      without: optional.filter((name) => !state.includes(name)),
      slots: { settings },
    }).buffers;
    return buffers.weight![0]!;
  });
}

const cases: {
  name: string;
  recipe: Parameters<typeof trainingSchema.parse>[0];
  weights: [number, number];
}[] = [
  {
    // m = 0.05, v = 0.00025: corrected 0.5 and 0.25, so the step is the rate. Then m = 0.02, v = 0.00031225:
    // corrected 0.02 / 0.19 and 0.00031225 / 0.001999; the step is 0.1 * 0.105263 / 0.395223.
    name: "Adam",
    recipe: { optimizer: "adam", learningRate: 0.1 },
    weights: [0.9, 0.9 - (0.1 * (0.02 / 0.19)) / Math.sqrt(0.00031225 / 0.001999)],
  },
  {
    // The decay makes the gradients 0.5 + 0.5 * 1 = 1 and -0.25 + 0.5 * 0.9 = 0.2; beta1 = beta2 = 0.5:
    // m = 0.5 and 0.35, v = 0.5 and 0.27, corrected by 1 - 0.5 and 1 - 0.25.
    name: "Adam with weight decay",
    recipe: { optimizer: "adam", learningRate: 0.1, weightDecay: 0.5, beta1: 0.5, beta2: 0.5 },
    weights: [0.9, 0.9 - (0.1 * (0.35 / 0.75)) / Math.sqrt(0.27 / 0.75)],
  },
  {
    name: "SGD",
    recipe: { optimizer: "sgd", learningRate: 0.1 },
    weights: [0.95, 0.975],
  },
  {
    // Steps of 0.5 + 0.1 * 1 = 0.6, then 0.9 * 0.6 - 0.25 + 0.1 * 0.94 = 0.384.
    name: "SGD with momentum and weight decay",
    recipe: { optimizer: "sgd", learningRate: 0.1, momentum: 0.9, weightDecay: 0.1 },
    weights: [0.94, 0.9016],
  },
];

describe.each([reference, ...(await runtimesUnderTest())])("$name", ({ name, runtime }) => {
  it.skipIf(runtime === undefined).each(cases)("$name moves a weight as by hand", ({ recipe, weights }) => {
    const digits = name === "reference" ? 7 : 6;
    twoSteps(runtime!, trainingSchema.parse(recipe)).forEach((weight, step) => {
      expect(weight).toBeCloseTo(weights[step]!, digits);
    });
  });
});

describe("optimizers", () => {
  it("keep a velocity only where there is momentum", () => {
    expect(optimizers.sgd.rule(trainingSchema.parse({ optimizer: "sgd" })).state).toEqual([]);
    expect(optimizers.sgd.rule(trainingSchema.parse({ momentum: 0.5 })).state).toEqual(["velocity"]);
  });
});
