import { normals, type CasesOf } from "./kernel-case.ts";

export const copyCasesOf: CasesOf<"copyRuns"> = {
  copyRuns: {
    bound: 0,
    outputs: ["output"],
    cases: [
      {
        name: "one run of 12 elements to pixels of three channels",
        dimensions: { elements: 12, piece: 3, inputRun: 12, inputStride: 16, inputRow: 16 },
        output: { outputRun: 3, outputStride: 16, outputRow: 64 },
      },
      {
        name: "pixels of twenty channels to one run",
        dimensions: { elements: 60, piece: 20, inputRun: 20, inputStride: 32, inputRow: 96 },
        output: { outputRun: 60, outputStride: 64, outputRow: 64 },
      },
      {
        name: "runs of four to runs of six",
        dimensions: { elements: 12, piece: 2, inputRun: 4, inputStride: 16, inputRow: 48 },
        output: { outputRun: 6, outputStride: 16, outputRow: 32 },
      },
    ].map(({ name, dimensions, output }) => ({
      name,
      run: {
        kernel: "copyRuns",
        dimensions: { ...dimensions, ...output },
        batch: 5,
        chunkSize: 2,
        buffers: { input: normals(2 * dimensions.inputRow, "input") },
      },
    })),
  },
};
