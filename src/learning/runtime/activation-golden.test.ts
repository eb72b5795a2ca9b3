/** Activations and softmax, values and gradients, against PyTorch. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { runKernel } from "../../testing/plan-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { activationFunctions, slopeSource, type ActivationFunction } from "../plan/index.ts";

interface Golden {
  readonly versions: { readonly torch: string };
  readonly inputs: readonly number[];
  readonly activations: Readonly<
    Record<ActivationFunction, { readonly values: readonly number[]; readonly slopes: readonly number[] }>
  >;
  readonly rows: readonly (readonly number[])[];
  readonly gradients: readonly (readonly number[])[];
  readonly softmax: {
    readonly values: readonly (readonly number[])[];
    readonly gradients: readonly (readonly number[])[];
  };
}

const golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/activations.json", import.meta.url), "utf8"),
) as Golden;

/**
 * Largest difference relative to the value, or to 0.01 where the value is smaller: slopes that are computed as 1 - y, and
 * PyTorch's gelu as 1 + erf, have no more digits than that.
 */
const tolerances = { float32: 1e-5, float64: 1e-12 };
const small = 0.01;

describe.each(await allRuntimes())("$name", ({ name, runtime, reason }) => {
  const relative = tolerances[name === "reference" ? "float64" : "float32"];
  const expectClose = (received: ArrayLike<number>, expected: readonly number[]) =>
    expected.forEach((value, index) => {
      const error = Math.abs(received[index]! - value) / Math.max(Math.abs(value), small);
      expect(error, `number ${index}: ${received[index]} for ${value}`).toBeLessThan(relative);
    });
  const count = golden.inputs.length;
  const stride = Math.ceil(count / 16) * 16;

  it.for(activationFunctions)(`%s is as in PyTorch ${golden.versions.torch}`, (activation, { skip }) => {
    if (runtime === undefined) return skip(`${name}: ${reason}`);
    const shape = { dimensions: { runs: 1, features: count, stride }, choices: { activation } };
    const { output } = runKernel(runtime, {
      kernel: "activationForward",
      ...shape,
      buffers: { input: golden.inputs },
    }).buffers;
    const { inputGradient } = runKernel(runtime, {
      kernel: "activationGradient",
      ...shape,
      without: [slopeSource(activation) === "input" ? "output" : "input"],
      buffers: { input: golden.inputs, output: output!, outputGradient: new Float64Array(count).fill(1) },
    }).buffers;
    const { values, slopes } = golden.activations[activation];
    expectClose(output!, values);
    expectClose(inputGradient!, slopes);
  });

  it(`softmax is as in PyTorch ${golden.versions.torch}`, ({ skip }) => {
    if (runtime === undefined) return skip(`${name}: ${reason}`);
    const features = golden.rows[0]!.length;
    const padded = (rows: readonly (readonly number[])[]) =>
      rows.flatMap((row) => [...row, ...Array.from({ length: 32 - features }, () => 0)]);
    const shape = { dimensions: { runs: 1, features, stride: 32 }, batch: golden.rows.length };
    const { output } = runKernel(runtime, {
      kernel: "softmaxForward",
      ...shape,
      buffers: { input: padded(golden.rows) },
    }).buffers;
    const { inputGradient } = runKernel(runtime, {
      kernel: "softmaxGradient",
      ...shape,
      buffers: { output: output!, outputGradient: padded(golden.gradients) },
    }).buffers;
    expectClose(output!, padded(golden.softmax.values));
    expectClose(inputGradient!, padded(golden.softmax.gradients));
  });
});
