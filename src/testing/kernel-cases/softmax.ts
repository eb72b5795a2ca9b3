import { forEachRows, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

const softmaxCases = (
  kernel: "softmaxForward" | "softmaxGradient",
  buffers: (floats: number) => Record<string, Float64Array>,
): KernelCase[] =>
  [1, 3].flatMap((runs) =>
    forEachRows((batch, chunkSize, features, stride) => ({
      name: `${runs} x ${features} in ${stride}, ${batch} examples by ${chunkSize}`,
      run: {
        kernel,
        dimensions: { runs, features, stride },
        batch,
        chunkSize,
        buffers: buffers(chunkSize * runs * stride),
      },
    })),
  );

export const softmaxCasesOf: CasesOf<"softmaxForward" | "softmaxGradient"> = {
  softmaxForward: {
    bound: 5e-14,
    outputs: ["output"],
    cases: softmaxCases("softmaxForward", (floats) => ({ input: normals(floats, "input", 3) })),
  },
  softmaxGradient: {
    bound: 2e-14,
    outputs: ["inputGradient"],
    cases: softmaxCases("softmaxGradient", (floats) => ({
      output: normals(floats, "output").map((x) => Math.fround(0.2 * Math.abs(x))),
      outputGradient: normals(floats, "output gradient"),
    })),
  },
};
