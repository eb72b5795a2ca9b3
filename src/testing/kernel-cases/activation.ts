import { forEachRows, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

/** Outputs of an activation stay below 0.95, where 1 - y^2 keeps its digits in float32. */
const activationCases = (
  kernel: "activationForward" | "activationGradient",
  buffers: (floats: number) => Record<string, Float64Array>,
): KernelCase[] =>
  ["relu", "tanh", "sigmoid"].flatMap((activation) =>
    forEachRows((batch, chunkSize, features, stride) => ({
      name: `${activation} of ${features} in ${stride}, ${batch} examples by ${chunkSize}`,
      run: {
        kernel,
        dimensions: { runs: 1, features, stride },
        choices: { activation },
        batch,
        chunkSize,
        buffers: buffers(chunkSize * stride),
      },
    })),
  );

export const activationCasesOf: CasesOf<"activationForward" | "activationGradient"> = {
  activationForward: {
    bound: 5e-14,
    outputs: ["output"],
    cases: activationCases("activationForward", (floats) => ({ input: normals(floats, "input", 3) })),
  },
  activationGradient: {
    bound: 2e-14,
    outputs: ["inputGradient"],
    cases: activationCases("activationGradient", (floats) => ({
      output: normals(floats, "output").map((x) => Math.fround(0.95 * Math.tanh(x))),
      outputGradient: normals(floats, "output gradient"),
    })),
  },
};
