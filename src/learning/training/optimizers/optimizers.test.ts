/** Steps of each optimiser with numbers that can be followed by hand. */
import { describe, expect, it } from "vitest";

import { runKernel } from "../../../testing/plan-fixture.ts";
import { runtimesUnderTest } from "../../../testing/usable-runtimes.ts";
import { signatureOf } from "../../plan/index.ts";
import { loadRuntime, type Runtime } from "../../runtime/index.ts";
import { trainingSchema, type TrainingRecipe } from "../recipe.ts";
import { initialOptimizerSlots, optimizerNames, optimizerRule, optimizers } from "./index.ts";

const reference = { name: "reference", runtime: await loadRuntime({ backend: "reference" }) };

interface Start {
  readonly weight: readonly number[];
  /** Of each step. */
  readonly gradients: readonly (readonly number[])[];
  readonly state?: Readonly<Record<string, readonly number[]>>;
}

/** Weight and state after each step. */
function stepsOf(runtime: Runtime, recipe: TrainingRecipe, { weight, gradients, state = {} }: Start) {
  const { update, advance, state: kept } = optimizerRule(recipe);
  const optional = Object.entries(signatureOf(update).arguments)
    .filter(([name, argument]) => argument.kind === "buffer" && argument.isOptional && !kept.includes(name))
    .map(([name]) => name);
  let settings = Object.values(initialOptimizerSlots(recipe));
  let buffers: Record<string, ArrayLike<number>> = { ...state, weight };
  return gradients.map((gradient) => {
    if (advance !== undefined) {
      settings = [...runKernel(runtime, { kernel: advance, slots: { settings } }).slots.settings!];
    }
    buffers = runKernel(runtime, {
      kernel: update,
      dimensions: { count: 16 },
      choices: { decay: "applied" },
      buffers: { ...buffers, gradient },
      without: optional,
      slots: { settings },
    }).buffers;
    return buffers;
  });
}

const adamTwice = (epsilon: number) =>
  0.9 - (0.1 * (0.02 / 0.19)) / (Math.sqrt(0.00031225 / 0.001999) + epsilon);

/** One weight of 1 whose gradient is 0.5 in the first step and -0.25 in the second; its values after each. */
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
    weights: [0.9, adamTwice(1e-8)],
  },
  {
    // The decay makes the gradients 0.5 + 0.5 * 1 = 1 and -0.25 + 0.5 * 0.9 = 0.2; beta1 = beta2 = 0.5:
    // m = 0.5 and 0.35, v = 0.5 and 0.27, corrected by 1 - 0.5 and 1 - 0.25.
    name: "Adam with weight decay",
    recipe: { optimizer: "adam", learningRate: 0.1, weightDecay: 0.5, beta1: 0.5, beta2: 0.5 },
    weights: [0.9, 0.9 - (0.1 * (0.35 / 0.75)) / Math.sqrt(0.27 / 0.75)],
  },
  {
    // As Adam's, after 0.1 * 0.5 of the weight: 0.95 - 0.1, then 0.85 * 0.95 less Adam's second step.
    name: "AdamW",
    recipe: { optimizer: "adamw", learningRate: 0.1, decoupledWeightDecay: 0.5 },
    weights: [0.85, 0.85 * 0.95 - (0.9 - adamTwice(1e-8))],
  },
  {
    // beta2 = 0.5: v = 0.125 and 0.09375, of which the larger stays: 0.125 / 0.75 corrected.
    name: "AMSGrad",
    recipe: { optimizer: "amsgrad", learningRate: 0.1, beta2: 0.5 },
    weights: [0.9, 0.9 - (0.1 * (0.02 / 0.19)) / Math.sqrt(0.125 / 0.75)],
  },
  {
    // momentumDecay 0 leaves a momentum of 0.45 in every step: the rates of gradient and mean are 0.55 / 0.55 and
    // 0.45 / (1 - 0.45^2) of the rate, then 0.55 / (1 - 0.45^2) and 0.45 / (1 - 0.45^3); m = 0.05 and 0.02, and the
    // corrected v is 0.25 and 0.00031225 / 0.001999.
    name: "NAdam",
    recipe: { optimizer: "nadam", learningRate: 0.1, momentumDecay: 0 },
    weights: [
      1 - (0.1 * (0.5 + (0.45 / 0.7975) * 0.05)) / 0.5,
      1 -
        (0.1 * (0.5 + (0.45 / 0.7975) * 0.05)) / 0.5 -
        (0.1 * ((0.55 / 0.7975) * -0.25 + (0.45 / 0.908875) * 0.02)) / Math.sqrt(0.00031225 / 0.001999),
    ],
  },
  {
    // Sums of squares: 0.25 and 0.3125.
    name: "Adagrad",
    recipe: { optimizer: "adagrad", learningRate: 0.1 },
    weights: [0.9, 0.9 + (0.1 * 0.25) / Math.sqrt(0.3125)],
  },
  {
    // smoothing 0.5: squares 0.125 and 0.09375.
    name: "RMSProp",
    recipe: { optimizer: "rmsprop", learningRate: 0.1, smoothing: 0.5 },
    weights: [
      1 - (0.1 * 0.5) / Math.sqrt(0.125),
      1 - (0.1 * 0.5) / Math.sqrt(0.125) + (0.1 * 0.25) / Math.sqrt(0.09375),
    ],
  },
  {
    // Means 0.25 and 0: spreads 0.125 - 0.0625 and 0.09375.
    name: "centred RMSProp",
    recipe: { optimizer: "rmsprop", learningRate: 0.1, smoothing: 0.5, centred: true },
    weights: [0.8, 0.8 + (0.1 * 0.25) / Math.sqrt(0.09375)],
  },
  {
    // Steps of 0.5 / sqrt(0.125), then half of it and -0.25 / sqrt(0.09375).
    name: "RMSProp with momentum",
    recipe: { optimizer: "rmsprop", learningRate: 0.1, smoothing: 0.5, momentum: 0.5 },
    weights: [
      1 - (0.1 * 0.5) / Math.sqrt(0.125),
      1 - (1.5 * 0.1 * 0.5) / Math.sqrt(0.125) + (0.1 * 0.25) / Math.sqrt(0.09375),
    ],
  },
  {
    // smoothing 0.5, epsilon 0.5: square 0.125, step 0.5 sqrt(0.5 / 0.625) = sqrt(0.2), of which half the square is kept;
    // square 0.09375, step -0.25 sqrt(0.6 / 0.59375).
    name: "Adadelta",
    recipe: { optimizer: "adadelta", smoothing: 0.5, epsilon: 0.5 },
    weights: [1 - Math.sqrt(0.2), 1 - Math.sqrt(0.2) + 0.25 * Math.sqrt(0.6 / 0.59375)],
  },
  {
    // The mean is 0.005 after the first step: 0.9 * 0.005 - 0.1 * 0.25 is below 0, so the second goes back.
    name: "Lion",
    recipe: { optimizer: "lion", learningRate: 0.1 },
    weights: [0.9, 1],
  },
  {
    // The one weight's direction has its own length, so each step is rate times the weight: 0.1, then 0.09.
    name: "LAMB",
    recipe: { optimizer: "lamb", learningRate: 0.1 },
    weights: [0.9, 0.81],
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
  {
    // Velocities 0.5, then 0.9 * 0.5 - 0.25 = 0.2; steps 0.5 + 0.9 * 0.5 and -0.25 + 0.9 * 0.2.
    name: "SGD with Nesterov momentum",
    recipe: { optimizer: "sgd", learningRate: 0.1, momentum: 0.9, nesterov: true },
    weights: [0.905, 0.912],
  },
  {
    // The first step is not dampened: velocities 0.5, then 0.9 * 0.5 - 0.5 * 0.25 = 0.325.
    name: "SGD with dampening",
    recipe: { optimizer: "sgd", learningRate: 0.1, momentum: 0.9, dampening: 0.5 },
    weights: [0.95, 0.9175],
  },
  {
    // The rate takes 0.1 * 0.5 of the weight besides.
    name: "SGD with decoupled weight decay",
    recipe: { optimizer: "sgd", learningRate: 0.1, decoupledWeightDecay: 0.5 },
    weights: [0.9, 0.88],
  },
  {
    // 0.5 is cut to 0.3; the decay comes after.
    name: "SGD with clipping and weight decay",
    recipe: { optimizer: "sgd", learningRate: 0.1, clipValue: 0.3, weightDecay: 0.1 },
    weights: [0.96, 0.9754],
  },
];

describe.each([reference, ...(await runtimesUnderTest())])("$name", ({ name, runtime }) => {
  const digits = name === "reference" ? 7 : 6;
  const testHere = it.skipIf(runtime === undefined);

  testHere.each(cases)("$name moves a weight as by hand", ({ recipe, weights }) => {
    const steps = stepsOf(runtime!, trainingSchema.parse(recipe), {
      weight: [1],
      gradients: [[0.5], [-0.25]],
    });
    steps.forEach(({ weight }, step) => expect(weight![0]).toBeCloseTo(weights[step]!, digits));
  });

  testHere("Adam without bias correction takes a step of 0.01 * 0.65 / sqrt(0.238)", () => {
    const [after] = stepsOf(
      runtime!,
      trainingSchema.parse({
        optimizer: "adam",
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.99,
        biasCorrection: false,
      }),
      { weight: [0], gradients: [[2]], state: { mean: [0.5], variance: [0.2] } },
    );
    expect(after!.mean![0]).toBeCloseTo(0.65, digits);
    expect(after!.variance![0]).toBeCloseTo(0.238, digits);
    expect(after!.weight![0]).toBeCloseTo(-0.0133, 4);
    expect(after!.weight![0]).toBeCloseTo((-0.01 * 0.65) / Math.sqrt(0.238), digits);
  });

  testHere("LAMB's direction takes in the decay, and is made as long as the weights", () => {
    // Without correction the mean is half the gradient and the root of the variance sqrt(0.5) of it: sqrt(0.5) for both
    // weights, and half of the weight besides.
    const [after] = stepsOf(
      runtime!,
      trainingSchema.parse({
        optimizer: "lamb",
        learningRate: 0.1,
        beta1: 0.5,
        beta2: 0.5,
        biasCorrection: false,
        decoupledWeightDecay: 0.5,
      }),
      { weight: [3, 4], gradients: [[1, 1]] },
    );
    const direction = [Math.SQRT1_2 + 1.5, Math.SQRT1_2 + 2];
    const ratio = 5 / Math.hypot(...direction);
    expect(after!.weight![0]).toBeCloseTo(3 - 0.1 * ratio * direction[0]!, 5);
    expect(after!.weight![1]).toBeCloseTo(4 - 0.1 * ratio * direction[1]!, 5);
  });
});

describe("optimizers", () => {
  it("keep a velocity only where there is momentum", () => {
    expect(optimizers.sgd.rule(trainingSchema.parse({ optimizer: "sgd" })).state).toEqual([]);
    expect(optimizers.sgd.rule(trainingSchema.parse({ momentum: 0.5 })).state).toEqual(["velocity"]);
    expect(optimizers.rmsprop.rule(trainingSchema.parse({ optimizer: "rmsprop" })).state).toEqual(["square"]);
  });

  it.each(optimizerNames)("%s has a finite value for every slot", (optimizer) => {
    const slots = initialOptimizerSlots(trainingSchema.parse({ optimizer }));
    for (const [name, value] of Object.entries(slots)) expect(value, name).toSatisfy(Number.isFinite);
  });
});

describe("defaults", () => {
  it.each([
    ["adam", { learningRate: 1e-3, epsilon: 1e-8, decoupledWeightDecay: 0 }],
    ["adamw", { learningRate: 1e-3, decoupledWeightDecay: 0.01 }],
    ["nadam", { learningRate: 2e-3, momentumDecay: 4e-3 }],
    ["adagrad", { learningRate: 1e-2, epsilon: 1e-10 }],
    ["adadelta", { learningRate: 1, smoothing: 0.9, epsilon: 1e-6 }],
    ["rmsprop", { learningRate: 1e-2, smoothing: 0.99, epsilon: 1e-8 }],
    ["lion", { learningRate: 1e-4, beta2: 0.99 }],
    ["lamb", { learningRate: 1e-3, epsilon: 1e-6 }],
  ] as const)("are those of %s, and give way to what is written", (optimizer, defaults) => {
    expect(trainingSchema.parse({ optimizer })).toMatchObject(defaults);
    expect(trainingSchema.parse({ optimizer, learningRate: 0.5 })).toMatchObject({
      ...defaults,
      learningRate: 0.5,
    });
  });
});
