/** Normalisation kernels: gradients against central differences, digits that must not be lost, NaN that must not hide. */
import { describe, expect, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { kernelCases, normals } from "../../testing/kernel-cases/index.ts";
import { runKernel, type KernelRun } from "../../testing/plan-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";

const run = (call: KernelRun) => runKernel(referenceRuntime, call).buffers;
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
/** Statistics of one value alone have no slope that differences could meet. */
const isChecked = ({ run: { batch, chunkSize, dimensions } }: { run: KernelRun }) =>
  batch === chunkSize && batch! * dimensions!.pixels! * dimensions!.channels! > 16;

/** Short steps, so that no kink of a relu is met; the differences then round to about 5e-7. */
const check = { step: 2e-6, tolerance: 1e-6 };

describe.each(kernelCases.batchNorm.cases.filter(isChecked))("batchNorm of $name", ({ run: call }) => {
  const { input, scale, shift } = call.buffers as Record<"input" | "scale" | "shift", Float64Array>;
  const outputGradient = normals(input.length, "output gradient");
  const forward = (changed: Record<string, Float64Array>) => {
    const buffers = { input, scale, shift, ...changed };
    const { statistics } = run({ ...call, kernel: "batchStatistics", buffers, without: [] });
    const content = { ...buffers, statistics: statistics! };
    return { buffers: content, output: run({ ...call, buffers: content }).output! };
  };
  const sumsOf = (buffers: Record<string, Float64Array>) =>
    run({
      ...call,
      kernel: "batchNormSums",
      buffers: { ...buffers, outputGradient },
      without: call.without?.length ? [...call.without, "scaleGradient", "shiftGradient"] : [],
    });

  it("has the right gradient of its input", () => {
    checkGradient({
      value: (changed) => dot(forward({ input: changed }).output, outputGradient),
      gradient: (changed) => {
        const { buffers } = forward({ input: changed });
        const { sums } = sumsOf(buffers);
        const content = { ...buffers, outputGradient, sums: sums! };
        return run({ ...call, kernel: "batchNormGradient", buffers: content }).inputGradient!;
      },
      point: input,
      ...check,
    });
  });

  it.each(call.without === undefined ? (["scale", "shift"] as const) : [])(
    "has the right gradient of its %s",
    (name) => {
      checkGradient({
        value: (changed) => dot(forward({ [name]: changed }).output, outputGradient),
        gradient: (changed) => sumsOf(forward({ [name]: changed }).buffers)[`${name}Gradient`]!,
        point: { scale, shift }[name],
        ...check,
      });
    },
  );
});

describe.each(kernelCases.groupNorm.cases.filter(isChecked))("groupNorm of $name", ({ run: call }) => {
  const { input, scale, shift } = call.buffers as Record<"input" | "scale" | "shift", Float64Array>;
  const { channels, stride } = call.dimensions as { channels: number; stride: number };
  const unpadded = (values: Float64Array) => values.map((x, at) => (at % stride < channels ? x : 0));
  const outputGradient = unpadded(normals(input.length, "output gradient"));
  const forward = (changed: Record<string, Float64Array>) => {
    const buffers = { input, scale, shift, ...changed };
    const { statistics } = run({ ...call, kernel: "groupStatistics", buffers, without: [] });
    const content = { ...buffers, statistics: statistics! };
    return { buffers: content, output: run({ ...call, buffers: content }).output! };
  };
  const gradientsOf = (buffers: Record<string, Float64Array>) =>
    run({
      ...call,
      kernel: "groupNormGradient",
      buffers: { ...buffers, outputGradient },
      without: call.without?.length ? [...call.without, "scaleGradient", "shiftGradient"] : [],
    });

  it("has the right gradient of its input", () => {
    checkGradient({
      value: (changed) => dot(forward({ input: changed }).output, outputGradient),
      gradient: (changed) => gradientsOf(forward({ input: changed }).buffers).inputGradient!,
      point: input,
      ...check,
    });
  });

  it.each(call.without === undefined ? (["scale", "shift"] as const) : [])(
    "has the right gradient of its %s",
    (name) => {
      checkGradient({
        value: (changed) => dot(forward({ [name]: unpadded(changed) }).output, outputGradient),
        gradient: (changed) =>
          gradientsOf(forward({ [name]: unpadded(changed) }).buffers)[`${name}Gradient`]!,
        point: { scale, shift }[name],
        ...check,
      });
    },
  );
});

const runtimes = await allRuntimes();

describe.each(runtimes)("$name", ({ runtime, reason }) => {
  const testHere = it.skipIf(runtime === undefined);
  if (runtime === undefined) it.skip(`cannot run here: ${reason}`);

  const epsilon = 1e-12;
  /** Of 1,000 rows of one kind of number in each channel: mean and deviation. */
  const statisticsOf = (valueAt: (row: number, channel: number) => number) => {
    const rows = 1000;
    const { statistics } = runKernel(runtime!, {
      kernel: "batchStatistics",
      dimensions: { pixels: 1, channels: 16 },
      batch: rows,
      buffers: {
        input: Float64Array.from({ length: rows * 16 }, (_, at) =>
          Math.fround(valueAt(Math.floor(at / 16), at % 16)),
        ),
      },
      slots: { settings: [0.1, epsilon] },
    }).buffers;
    return { mean: statistics![3]!, deviation: 1 / statistics![19]! };
  };

  testHere("a mean far from 0 costs the deviation no digits", () => {
    // 0, 1, 2 and 3 in turn: a variance of 5/4. Float32 holds the sums exactly.
    const { mean, deviation } = statisticsOf((row) => 1e6 + (row % 4));
    expect(mean).toBeCloseTo(1e6 + 1.5, 0);
    expect(deviation).toBeCloseTo(Math.sqrt(5) / 2, 6);
  });

  testHere("one value far from all others does not drown them", () => {
    const values = (row: number) => (row === 0 ? 1e4 : row % 2);
    const { deviation } = statisticsOf(values);
    const all = Array.from({ length: 1000 }, (_, row) => values(row));
    const mean = all.reduce((sum, x) => sum + x, 0) / 1000;
    const expected = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 1000);
    // It is the block's first row, the worst place: 64 roundings of its size.
    expect(deviation / expected).toBeCloseTo(1, 5);
  });

  testHere("equal values have no variance", () => {
    expect(statisticsOf(() => 0.1).deviation).toBeCloseTo(Math.sqrt(epsilon), 9);
  });

  testHere("NaN in one row is in the statistics", () => {
    const { mean, deviation } = statisticsOf((row) => (row === 500 ? Number.NaN : row));
    expect([mean, deviation]).toEqual([Number.NaN, Number.NaN]);
  });

  testHere.each(["none", "relu"])("NaN comes out of batch norm with activation %s", (activation) => {
    const { output } = runKernel(runtime!, {
      kernel: "batchNorm",
      dimensions: { pixels: 1, channels: 16 },
      choices: { activation },
      batch: 2,
      buffers: { input: [Number.NaN, 1], statistics: new Float64Array(32).fill(1) },
      without: ["scale", "shift"],
    }).buffers;
    expect(output![0]).toBeNaN();
    expect(output![1]).toBe(0);
  });
});
