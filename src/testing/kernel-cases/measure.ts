import { batches, forEachShape, normals, type CasesOf } from "./kernel-case.ts";

type MeasureKernel =
  | "absoluteSum"
  | "magnitudes"
  | "rowMagnitudes"
  | "activationStatistics"
  | "histogramOfBatch"
  | "histogramOfWhole";

const counts = [1, 7, 16, 17, 1000];
/** Sums in float64, in another order. */
const bound = 1e-30;
/** Gradients that vanish, zeros, and both signs. */
const sizes = [0, 1, -1e-12, 1e-30, -1e15];
const allSizes = (length: number) =>
  normals(length, "values").map((value, i) => Math.fround(value * sizes[i % 5]!));
const rows: readonly (readonly [number, number])[] = [
  [1, 16],
  [33, 48],
];

export const measureCasesOf: CasesOf<MeasureKernel> = {
  absoluteSum: {
    bound,
    outputs: ["total"],
    cases: counts.map((count) => ({
      name: `${count} values`,
      run: {
        kernel: "absoluteSum",
        dimensions: { count },
        buffers: { values: normals(count, "values") },
        slots: { total: [0.25] },
      },
    })),
  },
  magnitudes: {
    bound,
    outputs: ["total", "norm"],
    cases: counts.flatMap((count) =>
      [1, 1e-30].map((scale) => ({
        name: `${count} values of ${scale}`,
        run: {
          kernel: "magnitudes" as const,
          dimensions: { count },
          buffers: { values: normals(count, "values", scale) },
        },
      })),
    ),
  },
  rowMagnitudes: {
    bound,
    outputs: ["total", "norm"],
    cases: [16, 48, 1008].flatMap((count) =>
      [2 ** -100, 1, 2 ** 40].map((unit) => ({
        name: `${count} values, unit ${unit}`,
        run: {
          kernel: "rowMagnitudes" as const,
          dimensions: { count },
          buffers: {
            magnitude: normals(count, "magnitude").map((value) => Math.abs(value)),
            squares: [...normals(count, "squares").map((value) => Math.abs(value)), unit],
          },
          slots: { total: [0.25], norm: [3] },
        },
      })),
    ),
  },
  activationStatistics: {
    bound: 2e-29,
    outputs: ["totals", "largest"],
    cases: ["unbounded", "sigmoid", "tanh"].flatMap((range) =>
      forEachShape(rows, batches.slice(0, 3), (batch, chunkSize, features, stride) => ({
        name: `${range}, ${features} in ${stride}, ${batch} examples by ${chunkSize}`,
        run: {
          kernel: "activationStatistics",
          dimensions: { runs: 3, features, stride },
          choices: { range },
          batch,
          chunkSize,
          buffers: {
            // A unit in the middle is dead; padding is 0.
            values: normals(chunkSize * 3 * stride, "values").map((value, i) =>
              i % stride < features && i % stride !== 20 ? value : 0,
            ),
            largest: normals(features, "largest").map((value) => Math.abs(value)),
          },
          slots: { totals: [1, 2, 3, 4] },
        },
      })),
    ),
  },
  histogramOfBatch: {
    bound: 0,
    outputs: ["counts"],
    cases: [0, 1].map((isOn) => ({
      name: `37 examples by 16, ${isOn === 1 ? "on" : "off"}`,
      run: {
        kernel: "histogramOfBatch",
        dimensions: { stride: 48 },
        batch: 37,
        chunkSize: 16,
        buffers: { values: allSizes(16 * 48) },
        slots: { isOn: [isOn] },
      },
    })),
  },
  histogramOfWhole: {
    bound: 0,
    outputs: ["counts"],
    cases: [0, 1].map((isOn) => ({
      name: `777 values, ${isOn === 1 ? "on" : "off"}`,
      run: {
        kernel: "histogramOfWhole",
        dimensions: { count: 777 },
        buffers: { values: allSizes(777) },
        slots: { isOn: [isOn] },
      },
    })),
  },
};
