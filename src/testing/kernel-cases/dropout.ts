import { forEachShape, normals, type CasesOf } from "./kernel-case.ts";

const shapes: readonly (readonly [repeats: number, stride: number])[] = [
  [1, 16],
  [1, 48],
  [1, 208],
  [5, 32],
  [3, 80],
];
const batches = [
  [1, 1],
  [37, 16],
] as const;

export const dropoutCasesOf: CasesOf<"dropout"> = {
  dropout: {
    bound: 5e-14,
    outputs: ["output"],
    cases: [0, 0.3, 0.5, 0.999].flatMap((rate) =>
      forEachShape(shapes, batches, (batch, chunkSize, repeats, stride) => ({
        name: `rate ${rate}, ${repeats} times ${stride} floats, ${batch} examples by ${chunkSize}`,
        run: {
          kernel: "dropout",
          dimensions: { repeats, stride },
          batch,
          chunkSize,
          buffers: { input: normals(chunkSize * repeats * stride, "input") },
          slots: { rate: [rate], key: [0xdeadbeef, 0x89abcdef], step: [2 ** 32 + 12_345] },
        },
      })),
    ),
  },
};
