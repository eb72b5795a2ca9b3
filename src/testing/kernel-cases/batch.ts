import { mixesOf } from "./mix.ts";
import { batches, forEachRows, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

type GatherKernel = "gatherBytes" | "gatherFloats" | "gatherScaledBytes" | "gatherScaledFloats";

/** One scale and shift for all features, or one for each. */
const scalingOf = (kernel: GatherKernel, stride: number) =>
  kernel.startsWith("gatherScaled")
    ? { buffers: { scaling: normals(2 * stride, "scaling") } }
    : { slots: { scaling: [1 / 255, -0.5] } };

const gatherCases = (kernel: GatherKernel): KernelCase[] =>
  forEachRows((batch, chunkSize, features, stride) => {
    const count = batch + 3;
    const content = normals(count * features, "examples");
    return {
      name: `${features} in ${stride}, ${batch} examples by ${chunkSize}`,
      run: {
        kernel,
        dimensions: { features, stride },
        batch,
        chunkSize,
        ...scalingOf(kernel, stride),
        examples: {
          features: kernel.endsWith("Bytes")
            ? Uint8Array.from(content, (x) => Math.abs(x) * 80)
            : Float32Array.from(content),
          labels: new Uint8Array(count),
        },
        order: Int32Array.from({ length: batch }, (_, index) => (index * 7) % count),
      },
    };
  });

const labelCases: KernelCase[] = batches.map(([batch, chunkSize]) => ({
  name: `${batch} examples by ${chunkSize}`,
  run: {
    kernel: "gatherLabels",
    batch,
    chunkSize,
    examples: {
      features: new Uint8Array(batch),
      labels: Uint8Array.from({ length: batch }, (_, index) => index % 256),
    },
    order: Int32Array.from({ length: batch }, (_, index) => batch - 1 - index),
  },
}));

const targetCases = [true, false].flatMap((isMixed) =>
  forEachRows((batch, chunkSize, outputs, stride) => ({
    name: `${outputs} in ${stride}, ${batch} examples by ${chunkSize}${isMixed ? ", mixed" : ""}`,
    run: {
      kernel: "gatherTargets",
      dimensions: { outputs, stride, examples: isMixed ? batch : 0 },
      without: isMixed ? [] : ["mixes"],
      batch,
      chunkSize,
      buffers: {
        mixes: mixesOf(batch, { count: batch }),
        output: normals(chunkSize * stride, "old content"),
      },
      examples: {
        features: new Uint8Array(batch),
        labels: Float32Array.from(normals(batch * outputs, "targets")),
      },
      order: Int32Array.from({ length: batch }, (_, index) => batch - 1 - index),
    },
  })),
);

export const batchCasesOf: CasesOf<GatherKernel | "gatherLabels" | "gatherTargets"> = {
  gatherBytes: { bound: 2e-14, outputs: ["output"], cases: gatherCases("gatherBytes") },
  gatherFloats: { bound: 5e-15, outputs: ["output"], cases: gatherCases("gatherFloats") },
  gatherScaledBytes: { bound: 5e-15, outputs: ["output"], cases: gatherCases("gatherScaledBytes") },
  gatherScaledFloats: { bound: 1e-14, outputs: ["output"], cases: gatherCases("gatherScaledFloats") },
  gatherLabels: { bound: 0, outputs: ["output"], cases: labelCases },
  gatherTargets: { bound: 2e-14, outputs: ["output"], cases: targetCases },
};
