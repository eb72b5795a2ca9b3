import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";
import type { KernelRun } from "../plan-fixture.ts";

interface Shape {
  readonly batch: number;
  readonly chunkSize: number;
  readonly pixels: number;
  readonly channels: number;
}

/** Tiles of channels and what is left over, blocks of rows and what is left over, one row alone, several batches a step. */
const shapes: readonly Shape[] = [
  { batch: 1, chunkSize: 1, pixels: 1, channels: 16 },
  { batch: 2, chunkSize: 2, pixels: 1, channels: 48 },
  { batch: 5, chunkSize: 5, pixels: 13, channels: 80 },
  { batch: 7, chunkSize: 3, pixels: 49, channels: 16 },
  { batch: 130, chunkSize: 64, pixels: 1, channels: 144 },
];

const settings = [0.1, 1e-5];

const values = ({ chunkSize, pixels, channels }: Shape) => chunkSize * pixels * channels;

/** Means that are far from 0 next to their deviations. */
const inputOf = (shape: Shape) =>
  normals(values(shape), "input").map((x, at) => Math.fround(x + (at % 3) * 10));

const statisticsOf = ({ channels }: Shape) =>
  Float64Array.from([
    ...normals(channels, "mean", 3),
    ...normals(channels, "deviation").map((x) => Math.fround(1 / (0.5 + Math.abs(x)))),
  ]);

const affine = ({ channels }: Shape) => ({
  scale: normals(channels, "scale"),
  shift: normals(channels, "shift"),
});

const forEachVariant = (
  kernel: KernelRun["kernel"],
  optional: { readonly affine: readonly string[]; readonly activations: readonly string[] },
  buffers: (shape: Shape) => Record<string, Float64Array>,
): KernelCase[] =>
  shapes.flatMap((shape) =>
    [true, false].flatMap((isAffine) =>
      optional.activations.map((activation) => ({
        name: `${shape.pixels} x ${shape.channels}, ${shape.batch} examples by ${shape.chunkSize}, ${isAffine ? "affine" : "plain"}, activation ${activation}`,
        run: {
          kernel,
          dimensions: { pixels: shape.pixels, channels: shape.channels },
          batch: shape.batch,
          chunkSize: shape.chunkSize,
          choices: { activation },
          buffers: { ...buffers(shape), ...affine(shape) },
          without: isAffine ? [] : optional.affine,
          slots: { settings },
        },
      })),
    ),
  );

const activations = ["none", "relu"];

export const batchNormCasesOf: CasesOf<
  | "batchStatistics"
  | "batchNorm"
  | "batchNormSums"
  | "batchNormGradient"
  | "batchNormFactors"
  | "scaleShift"
  | "scaleColumns"
> = {
  batchStatistics: {
    bound: 1e-12,
    outputs: ["statistics", "runningMean", "runningVariance"],
    cases: forEachVariant("batchStatistics", { affine: [], activations: ["none"] }, (shape) => ({
      input: inputOf(shape),
      runningMean: normals(shape.channels, "running mean"),
      runningVariance: normals(shape.channels, "running variance").map(Math.abs),
    })),
  },
  batchNorm: {
    bound: 1e-13,
    outputs: ["output"],
    cases: forEachVariant("batchNorm", { affine: ["scale", "shift"], activations }, (shape) => ({
      input: inputOf(shape),
      statistics: statisticsOf(shape),
    })),
  },
  batchNormSums: {
    bound: 1e-12,
    outputs: ["sums", "scaleGradient", "shiftGradient"],
    cases: forEachVariant(
      "batchNormSums",
      { affine: ["scale", "shift", "scaleGradient", "shiftGradient"], activations },
      (shape) => ({
        input: inputOf(shape),
        statistics: statisticsOf(shape),
        outputGradient: normals(values(shape), "output gradient"),
      }),
    ),
  },
  batchNormGradient: {
    bound: 1e-12,
    outputs: ["inputGradient"],
    cases: forEachVariant("batchNormGradient", { affine: ["scale", "shift"], activations }, (shape) => ({
      input: inputOf(shape),
      statistics: statisticsOf(shape),
      outputGradient: normals(values(shape), "output gradient"),
      sums: normals(2 * shape.channels, "sums"),
    })),
  },
  batchNormFactors: {
    bound: 1e-13,
    outputs: ["factors"],
    cases: [[], ["scale", "shift"]].map((without) => ({
      name: without.length > 0 ? "plain" : "affine",
      run: {
        kernel: "batchNormFactors",
        dimensions: { channels: 48 },
        buffers: {
          mean: normals(48, "mean"),
          variance: normals(48, "variance").map(Math.abs),
          ...affine(shapes[1]!),
        },
        without,
        slots: { settings },
      },
    })),
  },
  scaleShift: {
    bound: 1e-13,
    outputs: ["output"],
    cases: forEachVariant("scaleShift", { affine: [], activations }, (shape) => ({
      input: inputOf(shape),
      factors: normals(2 * shape.channels, "factors"),
    })),
  },
  scaleColumns: {
    bound: 1e-14,
    outputs: ["scaled", "shift"],
    cases: [
      [16, 16],
      [9, 80],
      [48, 64],
    ].flatMap(([rows, columns]) =>
      [[], ["bias"]].map((without) => ({
        name: `${rows} x ${columns}, ${without.length > 0 ? "no bias" : "bias"}`,
        run: {
          kernel: "scaleColumns" as const,
          dimensions: { rows: rows!, columns: columns! },
          batch: 3,
          chunkSize: 2,
          buffers: {
            weight: normals(rows! * columns!, "weight"),
            factors: normals(2 * columns!, "factors"),
            bias: normals(columns!, "bias"),
          },
          without,
        },
      })),
    ),
  },
};
