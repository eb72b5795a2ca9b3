/** Activations and softmax on the reference back end against central differences. */
import { describe, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { normals } from "../../testing/kernel-cases/index.ts";
import { runKernel } from "../../testing/plan-fixture.ts";
import { activationFunctions, slopeSource, type ActivationFunction } from "../plan/index.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";

/** Largest error relative to the usual slope. Cut-off and rounding of the differences alone reach about 1e-8. */
const tolerance = 3e-8;

/** Where there is no derivative. */
const kinks: { readonly [Name in ActivationFunction]?: readonly number[] } = {
  relu: [0],
  leakyRelu: [0],
  elu: [0],
};

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

const shapes = [
  { batch: 1, runs: 1, features: 1, stride: 16 },
  { batch: 5, runs: 1, features: 7, stride: 16 },
  { batch: 3, runs: 4, features: 33, stride: 48 },
];

describe.each(shapes)("$runs x $features in $stride, $batch examples", ({ batch, ...dimensions }) => {
  const floats = batch * dimensions.runs * dimensions.stride;
  const outputGradient = normals(floats, "output gradient");
  const point = normals(floats, "input", 2);

  it.each(activationFunctions)("%s has the right gradient, 0 for the padding", (activation) => {
    const choices = { activation };
    const output = (input: Float64Array) =>
      runKernel(referenceRuntime, {
        kernel: "activationForward",
        dimensions,
        choices,
        batch,
        buffers: { input },
      }).buffers.output!;
    checkGradient({
      value: (input) => dot(output(input), outputGradient),
      gradient: (input) =>
        runKernel(referenceRuntime, {
          kernel: "activationGradient",
          dimensions,
          choices,
          batch,
          buffers: { input, output: output(input), outputGradient },
          without: [slopeSource(activation) === "input" ? "output" : "input"],
        }).buffers.inputGradient!,
      point,
      kinks: kinks[activation] ?? [],
      tolerance,
    });
  });

  it("softmax has the right gradient, 0 for the padding", () => {
    const output = (input: Float64Array) =>
      runKernel(referenceRuntime, { kernel: "softmaxForward", dimensions, batch, buffers: { input } }).buffers
        .output!;
    checkGradient({
      value: (input) => dot(output(input), outputGradient),
      gradient: (input) =>
        runKernel(referenceRuntime, {
          kernel: "softmaxGradient",
          dimensions,
          batch,
          buffers: { output: output(input), outputGradient },
        }).buffers.inputGradient!,
      point,
      tolerance,
    });
  });
});
