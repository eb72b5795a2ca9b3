import { dimension, distance, reads, slots, writes, type KernelSignature } from "../kernel.ts";
import { optionalMixes } from "./mix.ts";

/** Copies the batch's examples to `output` [batch, stride] as `byte * scale + shift`; columns past `features` are 0. */
const gatherBytes: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    output: writes((d) => d.batch! * d.stride!),
    features: dimension,
    stride: dimension,
    /** scale, shift */
    scaling: slots(2),
  },
};

/** The same for examples held as floats. */
const gatherFloats: KernelSignature = gatherBytes;

/**
 * Copies the batch's examples to `output` [batch, stride] as `byte * scale + shift`, each feature with its own: `scaling`
 * [2, stride] are the scales, then the shifts. Columns past `features` are 0.
 */
const gatherScaledBytes: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    output: writes((d) => d.batch! * d.stride!),
    scaling: reads((d) => 2 * d.stride!),
    features: dimension,
    stride: dimension,
  },
};

/** The same for examples held as floats. */
const gatherScaledFloats: KernelSignature = gatherScaledBytes;

/** Writes the class index of each example of the batch to `output` [batch]. */
const gatherLabels: KernelSignature = {
  runs: "each-chunk",
  arguments: { output: writes((d) => d.batch!) },
};

/**
 * Writes the values to predict of each example of the batch to `output` [batch, stride], of a mixture those of both in their
 * shares; columns past `outputs` are 0.
 */
const gatherTargets: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    mixes: optionalMixes,
    output: writes((d) => d.batch! * d.stride!),
    examples: distance,
    outputs: dimension,
    stride: dimension,
  },
};

export const batchKernels = {
  gatherBytes,
  gatherFloats,
  gatherScaledBytes,
  gatherScaledFloats,
  gatherLabels,
  gatherTargets,
};
