/** Pooling kernels: gradients against central differences, and what happens to equal values and NaN. */
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { kernelCases, normals } from "../../testing/kernel-cases/index.ts";
import { poolDimensions } from "../../testing/kernel-cases/pool.ts";
import { runKernel, type KernelRun } from "../../testing/plan-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const oneChunk = ({ run }: { run: KernelRun }) => run.batch === run.chunkSize;

describe.each(kernelCases.maxPool.cases.filter(({ run }) => oneChunk({ run }) && !run.without?.length))(
  "maxPool of $name",
  ({ run }) => {
    it("has the right gradient", () => {
      const { input } = run.buffers as { input: Float64Array };
      const forward = (changed: Float64Array) =>
        runKernel(referenceRuntime, { ...run, buffers: { input: changed } }).buffers as {
          output: Float64Array;
          winners: Float64Array;
        };
      const outputGradient = normals(forward(input).output.length, "output gradient");
      checkGradient({
        value: (changed) => dot(forward(changed).output, outputGradient),
        gradient: (changed) =>
          runKernel(referenceRuntime, {
            ...run,
            kernel: "maxPoolGradient",
            buffers: { winners: forward(changed).winners, outputGradient },
          }).buffers.inputGradient!,
        // No two values are equal.
        point: normals(input.length, "different"),
        kinks: [0],
        // The differences round to about 1e-8.
        step: 1e-6,
        tolerance: 1e-7,
      });
    });
  },
);

describe.each(kernelCases.averagePool.cases.filter(oneChunk))("averagePool of $name", ({ run }) => {
  it("has the right gradient", () => {
    const { input } = run.buffers as { input: Float64Array };
    const forward = (changed: Float64Array) =>
      runKernel(referenceRuntime, { ...run, buffers: { input: changed } }).buffers.output!;
    const outputGradient = normals(forward(input).length, "output gradient");
    checkGradient({
      value: (changed) => dot(forward(changed), outputGradient),
      gradient: () =>
        runKernel(referenceRuntime, { ...run, kernel: "averagePoolGradient", buffers: { outputGradient } })
          .buffers.inputGradient!,
      point: input,
      tolerance: 1e-8,
    });
  });
});

const runtimes = await allRuntimes();

describe.each(runtimes)("$name", ({ runtime, reason }) => {
  const testHere = it.skipIf(runtime === undefined);
  if (runtime === undefined) it.skip(`cannot run here: ${reason}`);

  /** One channel of a column of pixels as one window. */
  const maximum = (pixels: number[], activation = "none") => {
    const size = pixels.length;
    const { output, winners } = runKernel(runtime!, {
      kernel: "maxPool",
      dimensions: poolDimensions([size, size, size, 0], [1, 1, 1, 0], 16),
      choices: { activation },
      buffers: { input: pixels.flatMap((pixel) => Array.from({ length: 16 }, () => pixel)) },
    }).buffers;
    return { output: output![5]!, winner: winners![5]! };
  };

  testHere("the first of equal maxima wins", () => {
    expect(maximum([1, 3, 2, 3])).toEqual({ output: 3, winner: 1 });
    expect(maximum([-0, 0])).toEqual({ output: -0, winner: 0 });
    expect(maximum([-Infinity, -Infinity])).toEqual({ output: -Infinity, winner: 0 });
  });

  testHere.each(["none", "relu"])("NaN is larger than anything, with activation %s", (activation) => {
    const { NaN: nan } = Number;
    for (const pixels of [
      [nan, 1],
      [1, nan],
      [1, nan, Infinity],
      [nan, nan],
    ]) {
      expect(maximum(pixels, activation).output, String(pixels)).toBeNaN();
    }
  });

  testHere("nobody wins where the relu is 0", () => {
    expect(maximum([-2, -1], "relu")).toEqual({ output: 0, winner: -1 });
    expect(maximum([-2, 0], "relu")).toEqual({ output: 0, winner: -1 });
    expect(maximum([-2, 1], "relu")).toEqual({ output: 1, winner: 1 });
  });

  testHere("the fast path for squares of two finds NaN in every corner", () => {
    for (let corner = 0; corner < 4; corner++) {
      const input = normals(4 * 16, "pixels");
      input[corner * 16 + 3] = Number.NaN;
      const { output, winners } = runKernel(runtime!, {
        kernel: "maxPool",
        dimensions: poolDimensions([2, 2, 2, 0], [2, 2, 2, 0], 16),
        choices: { activation: "none" },
        buffers: { input },
      }).buffers;
      expect([output![3], winners![3]]).toEqual([Number.NaN, corner]);
      expect(output![4]).not.toBeNaN();
    }
  });
});
