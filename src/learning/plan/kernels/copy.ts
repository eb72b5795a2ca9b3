import { dimension, reads, writes, type KernelSignature } from "../kernel.ts";

/**
 * Copies the `elements` of each example from one layout of runs to another (`layout.ts`); what the output's runs leave
 * over becomes 0. `piece` divides both runs. Examples take `inputRow` and `outputRow` floats.
 */
const copyRuns: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads((d) => d.batch! * d.inputRow!),
    output: writes((d) => d.batch! * d.outputRow!),
    elements: dimension,
    piece: dimension,
    inputRun: dimension,
    inputStride: dimension,
    inputRow: dimension,
    outputRun: dimension,
    outputStride: dimension,
    outputRow: dimension,
  },
};

export const copyKernels = { copyRuns };
