import { forEachShape, normals, type CasesOf } from "./kernel-case.ts";

const channels: readonly (readonly [number, number])[] = [
  [1, 1],
  [3, 13],
  [16, 5],
  [33, 32],
];
const batches = [
  [1, 1],
  [5, 3],
] as const;
const pad = (count: number) => Math.ceil(count / 16) * 16;
const pixels = 6;

export const concatenateCasesOf: CasesOf<"concatenate" | "sliceChannels"> = {
  concatenate: {
    bound: 0,
    outputs: ["output"],
    cases: forEachShape(channels, batches, (batch, chunkSize, a, b) => ({
      name: `${a} and ${b} channels, ${batch} examples by ${chunkSize}`,
      run: {
        kernel: "concatenate",
        dimensions: {
          pixels,
          aChannels: a,
          aStride: pad(a),
          bChannels: b,
          bStride: pad(b),
          stride: pad(a + b),
        },
        batch,
        chunkSize,
        buffers: {
          a: normals(chunkSize * pixels * pad(a), "a"),
          b: normals(chunkSize * pixels * pad(b), "b"),
        },
      },
    })),
  },
  sliceChannels: {
    bound: 0,
    outputs: ["output"],
    cases: forEachShape(channels, batches, (batch, chunkSize, before, taken) => ({
      name: `${taken} channels after ${before}, ${batch} examples by ${chunkSize}`,
      run: {
        kernel: "sliceChannels",
        dimensions: {
          pixels,
          end: before + taken,
          channels: taken,
          inputStride: pad(before + taken),
          stride: pad(taken),
        },
        batch,
        chunkSize,
        buffers: { input: normals(chunkSize * pixels * pad(before + taken), "input") },
      },
    })),
  },
};
