/** Every differentiable kernel of the reference back end against central differences. */
import { describe, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { normals } from "../../testing/kernel-cases/index.ts";
import { runKernel, type KernelOutcome, type KernelRun } from "../../testing/plan-fixture.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";

/** Largest error relative to the usual slope. Cut-off and rounding of the differences alone reach about 1e-9. */
const tolerances = { dense: 1e-8, relu: 1e-8 };

const run = (call: KernelRun): KernelOutcome => runKernel(referenceRuntime, call);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

const denseShapes = [
  { batch: 1, chunkSize: 1, in: 16, out: 16 },
  { batch: 3, chunkSize: 3, in: 48, out: 16 },
  { batch: 7, chunkSize: 3, in: 16, out: 80 },
];

describe.each(denseShapes)("dense, $batch examples by $chunkSize, $in to $out", (shape) => {
  const { batch, chunkSize, in: I, out: O } = shape;
  const dimensions = { in: I, out: O };
  const content = {
    input: normals(chunkSize * I, "input"),
    weight: normals(I * O, "weight"),
    bias: normals(O, "bias"),
  };
  /** The gradient from above: the function that is differentiated is its dot product with the outputs. */
  const outputGradient = normals(chunkSize * O, "output gradient");
  /** Each chunk finds the same buffers, so a row counts once for every chunk that is long enough to have it. */
  const counted = outputGradient.map((gradient, at) => {
    const row = Math.floor(at / O);
    let chunks = 0;
    for (let start = 0; start < batch; start += chunkSize) chunks += row < batch - start ? 1 : 0;
    return gradient * chunks;
  });
  const forward = (changed: Partial<typeof content>, activation = "none") =>
    run({
      kernel: "denseForward",
      dimensions,
      choices: { activation },
      batch: chunkSize,
      buffers: { ...content, ...changed },
    }).buffers.output!;
  const tolerance = tolerances.dense;

  it("has the right gradient of its input", () => {
    checkGradient({
      value: (input) => dot(forward({ input }), outputGradient),
      gradient: () =>
        run({
          kernel: "denseInputGradient",
          dimensions,
          batch: chunkSize,
          buffers: { ...content, outputGradient },
          without: ["activated"],
        }).buffers.inputGradient!,
      point: content.input,
      tolerance,
    });
  });

  it("has the right gradient of its weight, added up over the chunks", () => {
    checkGradient({
      value: (weight) => dot(forward({ weight }), counted),
      gradient: () =>
        run({
          kernel: "denseWeightGradient",
          dimensions,
          batch,
          chunkSize,
          buffers: { ...content, outputGradient },
        }).buffers.weightGradient!,
      point: content.weight,
      tolerance,
    });
  });

  it("has the right gradient of its bias, added up over the chunks", () => {
    checkGradient({
      value: (bias) => dot(forward({ bias }), counted),
      gradient: () =>
        run({
          kernel: "denseBiasGradient",
          dimensions: { out: O },
          batch,
          chunkSize,
          buffers: { outputGradient },
        }).buffers.biasGradient!,
      point: content.bias,
      tolerance,
    });
  });

  it("has the right gradient of the relu in front of it when that is its mask", () => {
    const relu = (values: Float64Array) => values.map((x) => Math.max(0, x));
    checkGradient({
      value: (before) => dot(forward({ input: relu(before) }), outputGradient),
      gradient: (before) =>
        run({
          kernel: "denseInputGradient",
          dimensions,
          batch: chunkSize,
          buffers: { ...content, outputGradient, activated: relu(before) },
        }).buffers.inputGradient!,
      point: content.input,
      kinks: [0],
      tolerance,
    });
  });

  it("has the right gradient of its bias through its own relu", () => {
    checkGradient({
      value: (bias) => dot(forward({ bias }, "relu"), outputGradient),
      gradient: (bias) => {
        const masked = run({
          kernel: "activationGradient",
          dimensions: { runs: 1, features: O, stride: O },
          choices: { activation: "relu" },
          batch: chunkSize,
          buffers: { output: forward({ bias }, "relu"), outputGradient },
        }).buffers.inputGradient!;
        return run({
          kernel: "denseBiasGradient",
          dimensions: { out: O },
          batch: chunkSize,
          buffers: { outputGradient: masked },
        }).buffers.biasGradient!;
      },
      point: content.bias,
      tolerance: tolerances.relu,
    });
  });
});
