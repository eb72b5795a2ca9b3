/** What every back end does with NaN, infinities, very large and very small numbers. */
import { describe, expect, it } from "vitest";

import { ModelFixture, randomExamples } from "../../testing/model-fixture.ts";
import { optimizerSettings } from "../../testing/kernel-cases/index.ts";
import { runKernel } from "../../testing/plan-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { activationFunctions, slopeSource } from "../plan/index.ts";

const runtimes = await allRuntimes();

const model = { inputs: 5, hidden: [20], classes: 3, batchSize: 4 };

describe.each(runtimes)("$name", ({ runtime, reason }) => {
  const usable = () => runtime!;
  const testHere = it.skipIf(runtime === undefined);
  if (runtime === undefined) it.skip(`cannot run here: ${reason}`);

  const forward = (activation: string, input: number[]) =>
    runKernel(usable(), {
      kernel: "activationForward",
      dimensions: { runs: 1, features: 16, stride: 16 },
      choices: { activation },
      buffers: { input },
    }).buffers.output!;

  testHere.each(activationFunctions)("%s lets NaN through", (activation) => {
    const output = forward(activation, [1, Number.NaN, -1]);
    expect(output[1]).toBeNaN();
    expect(Number.isFinite(output[0]) && Number.isFinite(output[2])).toBe(true);
  });

  testHere.each([
    { activation: "relu", infinity: Infinity, large: 1e30, minus: 0 },
    { activation: "tanh", infinity: 1, large: 1, minus: -1 },
    { activation: "sigmoid", infinity: 1, large: 1, minus: 0 },
    { activation: "elu", infinity: Infinity, large: 1e30, minus: -1 },
    { activation: "gelu", infinity: Infinity, large: 1e30, minus: 0 },
    { activation: "silu", infinity: Infinity, large: 1e30, minus: 0 },
    { activation: "softplus", infinity: Infinity, large: 1e30, minus: 0 },
  ])("$activation has its limits at the infinities", ({ activation, infinity, large, minus }) => {
    const output = forward(activation, [Infinity, Math.fround(1e30), -1e30, -Infinity]);
    expect(output[0]).toBe(infinity);
    expect(output[1]).toBe(Math.fround(large));
    // A sigmoid of less than 1e-37 may come out as that.
    expect(output[2]).toBeCloseTo(minus, 30);
    expect(output[3]).toBeCloseTo(minus, 30);
  });

  testHere("leakyRelu goes to both infinities", () => {
    const output = forward("leakyRelu", [Infinity, 1, -1, -Infinity]);
    expect([...output.subarray(0, 2), output[3]]).toEqual([Infinity, 1, -Infinity]);
    expect(output[2]).toBeCloseTo(-0.01, 8);
  });

  testHere.each(activationFunctions)("the slope of %s is finite at the infinities", (activation) => {
    const isOfInput = slopeSource(activation) === "input";
    const ends = [Infinity, 1e30, -1e30, -Infinity].map(Math.fround);
    const { inputGradient } = runKernel(usable(), {
      kernel: "activationGradient",
      dimensions: { runs: 1, features: 16, stride: 16 },
      choices: { activation },
      without: [isOfInput ? "output" : "input"],
      buffers: {
        input: ends,
        output: forward(activation, ends),
        outputGradient: [1, 1, 1, 1],
      },
    }).buffers;
    const [above, below] = {
      relu: [1, 0],
      tanh: [0, 0],
      sigmoid: [0, 0],
      leakyRelu: [1, Math.fround(0.01)],
      elu: [1, 0],
      gelu: [1, 0],
      silu: [1, 0],
      softplus: [1, 0],
    }[activation];
    const expected = [above, above, below, below];
    expected.forEach((slope, index) => expect(inputGradient![index]).toBeCloseTo(slope!, 8));
  });

  testHere("softmax lets NaN through its own row and stays finite for large inputs", () => {
    const { output } = runKernel(usable(), {
      kernel: "softmaxForward",
      dimensions: { runs: 1, features: 3, stride: 16 },
      batch: 2,
      buffers: { input: [1, Number.NaN, 2, ...Array.from({ length: 13 }, () => 0), 3e38, 3e38, -3e38] },
    }).buffers;
    expect(output!.subarray(0, 3).some(Number.isNaN)).toBe(true);
    expect([...output!.subarray(16, 19)]).toEqual([0.5, 0.5, expect.closeTo(0, 30)]);
  });

  testHere.each(["none", "relu"])("a dense layer with activation %s lets NaN through", (activation) => {
    const { output } = runKernel(usable(), {
      kernel: "denseForward",
      dimensions: { in: 16, out: 48 },
      choices: { activation },
      batch: 2,
      buffers: { input: [Number.NaN], weight: new Float64Array(16 * 48).fill(0.5) },
    }).buffers;
    expect(output!.subarray(0, 48).every(Number.isNaN)).toBe(true);
    expect(output!.subarray(48).every((value) => value === 0)).toBe(true);
  });

  const crossEntropy = (logits: number[], label: number) => {
    const { buffers, slots } = runKernel(usable(), {
      kernel: "softmaxCrossEntropy",
      dimensions: { examples: 0, classes: 3, stride: 16 },
      without: ["mixes"],
      buffers: { logits, labels: [label] },
      slots: { settings: [0, 1], classWeights: [1, 1, 1] },
    });
    return {
      loss: slots.totals![0]!,
      correct: slots.totals![1]!,
      gradient: [...buffers.gradient!.subarray(0, 3)],
    };
  };

  testHere("a certain prediction has loss 0 and no gradient", () => {
    const { loss, correct, gradient } = crossEntropy([1e4, -1e4, 0], 0);
    expect(loss).toBeCloseTo(0, 12);
    expect(correct).toBe(1);
    for (const slope of gradient) expect(slope).toBeCloseTo(0, 12);
  });

  testHere("a certain mistake has a loss as large as the gap between its logits", () => {
    const { loss, correct, gradient } = crossEntropy([3e38, -3e38, 0], 1);
    expect(loss / (2 * Math.fround(3e38))).toBeCloseTo(1, 6);
    expect(correct).toBe(0);
    expect(gradient[0]).toBeCloseTo(1, 6);
    expect(gradient[1]).toBeCloseTo(-1, 6);
  });

  testHere("equal logits count as the first class", () => {
    expect(crossEntropy([2, 2, 2], 0)).toMatchObject({ correct: 1 });
    expect(crossEntropy([2, 2, 2], 1)).toMatchObject({ correct: 0 });
    expect(crossEntropy([2, 2, 2], 0).loss).toBeCloseTo(Math.log(3), 6);
  });

  testHere.each([
    ["NaN first", [Number.NaN, 0, 0]],
    ["NaN last", [0, 0, Number.NaN]],
    ["plus infinity", [0, Infinity, 0]],
    ["minus infinity at the label", [-Infinity, 0, 0]],
    ["minus infinity throughout", [-Infinity, -Infinity, -Infinity]],
  ])("a loss over logits with %s is not finite", (_what, logits) => {
    expect(Number.isFinite(crossEntropy(logits, 0).loss)).toBe(false);
  });

  testHere("an example with NaN ends as a loss that is not finite, after the step that met it", () => {
    const examples = randomExamples(model, { count: 12 });
    examples.features[5 * model.inputs] = Number.NaN;
    const fixture = new ModelFixture(usable(), model, examples);
    const { loss } = fixture.compiled.slots as { loss: number };
    const order = Int32Array.from({ length: 12 }, (_, index) => index);
    const steps = fixture.executor.execute("train", { order, first: 0, end: 12, watchedSlot: loss });
    expect(steps).toBe(2);
    expect(fixture.slot("loss")).toBeNaN();
  });

  testHere("without a slot to watch all steps are done", () => {
    const examples = randomExamples(model, { count: 12 });
    examples.features[0] = Number.NaN;
    const fixture = new ModelFixture(usable(), model, examples);
    const order = Int32Array.from({ length: 12 }, (_, index) => index);
    expect(fixture.executor.execute("train", { order, first: 0, end: 12, watchedSlot: -1 })).toBe(3);
  });

  testHere("numbers too small for float32's normal range count as themselves or as 0", () => {
    const tiny = 1e-40;
    const { output } = runKernel(usable(), {
      kernel: "denseForward",
      dimensions: { in: 16, out: 16 },
      choices: { activation: "relu" },
      buffers: {
        input: new Float64Array(16).fill(tiny),
        weight: new Float64Array(256).fill(1),
        bias: Array.from({ length: 16 }, (_, index) => (index < 8 ? 0 : 1)),
      },
    }).buffers;
    for (const sum of output!.subarray(0, 8)) {
      expect(sum === 0 || Math.abs(sum / (16 * tiny) - 1) < 1e-3).toBe(true);
    }
    for (const sum of output!.subarray(8)) expect(sum).toBe(1);
  });

  testHere("Adam moves no weight when gradient and moments are 0 or next to it", () => {
    const weight = [1, -2, 0.5];
    const settings = optimizerSettings("adam", { stepRate: 1, varianceScale: Math.sqrt(1000) });
    const step = (tiny: number) =>
      runKernel(usable(), {
        kernel: "adamUpdate",
        dimensions: { count: 16 },
        choices: { decay: "applied" },
        without: ["largest"],
        buffers: { weight, gradient: [tiny, tiny, tiny], variance: [0, tiny, 0] },
        slots: { settings },
      }).buffers.weight!;
    expect([...step(0).subarray(0, 3)]).toEqual(weight);
    for (const [index, value] of step(1e-40).subarray(0, 3).entries()) {
      expect(value).toBeCloseTo(weight[index]!, 12);
    }
  });
});
