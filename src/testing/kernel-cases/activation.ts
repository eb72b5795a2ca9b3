import { activationFunctions, slopeSource } from "../../learning/plan/index.ts";
import { forEachRows, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

const activationCases = (
  kernel: "activationForward" | "activationGradient",
  buffers: (floats: number) => Record<string, Float64Array>,
): KernelCase[] =>
  activationFunctions.flatMap((activation) =>
    forEachRows((batch, chunkSize, features, stride) => ({
      name: `${activation} of ${features} in ${stride}, ${batch} examples by ${chunkSize}`,
      run: {
        kernel,
        dimensions: { runs: 1, features, stride },
        choices: { activation },
        batch,
        chunkSize,
        ...(kernel === "activationGradient"
          ? { without: [slopeSource(activation) === "input" ? "output" : "input"] }
          : {}),
        buffers: buffers(chunkSize * stride),
      },
    })),
  );

const images = (
  kernel: "activationForward" | "activationGradient",
  buffers: Record<string, Float64Array>,
) => ({
  name: "sigmoid of 6 pixels of 5 in 16, 7 examples by 3",
  run: {
    kernel,
    dimensions: { runs: 6, features: 5, stride: 16 },
    choices: { activation: "sigmoid" },
    batch: 7,
    chunkSize: 3,
    buffers,
  },
});

/** The bound is set by gelu, whose tail is the exponential of a square: 3e-7 at -3. */
export const activationCasesOf: CasesOf<"activationForward" | "activationGradient"> = {
  activationForward: {
    bound: 6e-13,
    outputs: ["output"],
    cases: [
      ...activationCases("activationForward", (floats) => ({ input: normals(floats, "input", 3) })),
      images("activationForward", { input: normals(3 * 6 * 16, "input", 3) }),
    ],
  },
  activationGradient: {
    bound: 6e-13,
    outputs: ["inputGradient"],
    // Outputs stay below 0.95, where 1 - y^2 keeps its digits in float32.
    cases: [
      ...activationCases("activationGradient", (floats) => ({
        input: normals(floats, "input", 3),
        output: normals(floats, "output").map((x) => Math.fround(0.95 * Math.tanh(x))),
        outputGradient: normals(floats, "output gradient"),
      })),
      images("activationGradient", {
        output: normals(3 * 6 * 16, "output").map((x) => Math.fround(0.95 * Math.tanh(x))),
        outputGradient: normals(3 * 6 * 16, "output gradient"),
      }),
    ],
  },
};
