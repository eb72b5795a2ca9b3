import type { KernelRun } from "../plan-fixture.ts";
import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

interface Shape {
  readonly batch: number;
  readonly chunkSize: number;
  readonly instances: number;
  readonly pixels: number;
  readonly channels: number;
  readonly groups: number;
  readonly affine: "perChannel" | "perElement";
}

/** Rows, pixels and images as one group; groups of one channel, of several, and across vectors; several chunks. */
const shapes: readonly Shape[] = [
  { batch: 1, chunkSize: 1, instances: 1, pixels: 1, channels: 1, groups: 1, affine: "perChannel" },
  { batch: 5, chunkSize: 2, instances: 1, pixels: 1, channels: 37, groups: 1, affine: "perChannel" },
  { batch: 3, chunkSize: 3, instances: 6, pixels: 1, channels: 64, groups: 1, affine: "perChannel" },
  { batch: 3, chunkSize: 2, instances: 1, pixels: 9, channels: 20, groups: 1, affine: "perElement" },
  { batch: 2, chunkSize: 2, instances: 1, pixels: 70, channels: 6, groups: 6, affine: "perChannel" },
  { batch: 3, chunkSize: 2, instances: 1, pixels: 12, channels: 40, groups: 2, affine: "perChannel" },
  { batch: 4, chunkSize: 4, instances: 1, pixels: 1, channels: 48, groups: 4, affine: "perChannel" },
];

const pad = (count: number) => Math.ceil(count / 16) * 16;
const statisticsRow = ({ instances, groups }: Shape) => pad(2 * instances * groups);
const valuesOf = ({ chunkSize, instances, pixels, channels }: Shape) =>
  chunkSize * instances * pixels * pad(channels);
const affineFloats = ({ affine, pixels, channels }: Shape) =>
  (affine === "perElement" ? pixels : 1) * pad(channels);

/** Padding is 0, as in every value. */
const padded = ({ channels }: Shape, values: Float64Array) =>
  values.map((x, at) => (at % pad(channels) < channels ? x : 0));

/** Means that are far from 0 next to their deviations. */
const inputOf = (shape: Shape) =>
  padded(
    shape,
    normals(valuesOf(shape), "input").map((x) => Math.fround(x + 10)),
  );

const statisticsOf = (shape: Shape) => {
  const groups = shape.instances * shape.groups;
  return normals(shape.chunkSize * statisticsRow(shape), "statistics").map((x, at) => {
    const place = at % statisticsRow(shape);
    if (place >= 2 * groups) return 0;
    return Math.fround(place < groups ? 10 + x : 1 / (0.5 + Math.abs(x)));
  });
};

const forEachVariant = (
  kernel: KernelRun["kernel"],
  optional: readonly string[],
  buffers: (shape: Shape) => Record<string, Float64Array>,
): KernelCase[] =>
  shapes.flatMap((shape) =>
    (optional.length > 0 ? [true, false] : [true]).flatMap((isAffine) =>
      (optional.length > 0 ? ["none", "relu"] : ["none"]).map((activation) => ({
        name: `${shape.instances} x ${shape.pixels} x ${shape.channels} in ${shape.groups} groups, ${shape.batch} examples by ${shape.chunkSize}, ${isAffine ? shape.affine : "plain"}, activation ${activation}`,
        run: {
          kernel,
          dimensions: {
            instances: shape.instances,
            pixels: shape.pixels,
            channels: shape.channels,
            stride: pad(shape.channels),
            groups: shape.groups,
            statisticsRow: statisticsRow(shape),
            affineFloats: affineFloats(shape),
          },
          batch: shape.batch,
          chunkSize: shape.chunkSize,
          choices: { activation, affine: shape.affine },
          buffers: {
            ...buffers(shape),
            scale: padded(shape, normals(affineFloats(shape), "scale")),
            shift: padded(shape, normals(affineFloats(shape), "shift")),
          },
          without: isAffine ? [] : optional,
          slots: { epsilon: [1e-5] },
        },
      })),
    ),
  );

export const groupNormCasesOf: CasesOf<"groupStatistics" | "groupNorm" | "groupNormGradient"> = {
  groupStatistics: {
    bound: 1e-13,
    outputs: ["statistics"],
    cases: forEachVariant("groupStatistics", [], (shape) => ({ input: inputOf(shape) })),
  },
  groupNorm: {
    bound: 1e-12,
    outputs: ["output"],
    cases: forEachVariant("groupNorm", ["scale", "shift"], (shape) => ({
      input: inputOf(shape),
      statistics: statisticsOf(shape),
    })),
  },
  groupNormGradient: {
    bound: 1e-12,
    outputs: ["inputGradient", "scaleGradient", "shiftGradient"],
    cases: forEachVariant(
      "groupNormGradient",
      ["scale", "shift", "scaleGradient", "shiftGradient"],
      (shape) => ({
        input: inputOf(shape),
        statistics: statisticsOf(shape),
        outputGradient: padded(shape, normals(valuesOf(shape), "output gradient")),
      }),
    ),
  },
};
