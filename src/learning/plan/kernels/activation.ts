import { choice, dimension, reads, writes, type KernelSignature } from "../kernel.ts";

const batchByStride = (d: Readonly<Record<string, number>>) => d.batch! * d.runs! * d.stride!;
const activation = choice("relu", "tanh", "sigmoid");

/**
 * output = activation(input), element by element; columns past `features` become 0. Both are [batch, runs, stride]: a run
 * is a pixel of an image, or all features of an example.
 */
const activationForward: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(batchByStride),
    output: writes(batchByStride),
    runs: dimension,
    features: dimension,
    stride: dimension,
    activation,
  },
};

/** inputGradient = outputGradient * activation'(input), with the derivative computed from the activation's `output`. */
const activationGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    output: reads(batchByStride),
    outputGradient: reads(batchByStride),
    inputGradient: writes(batchByStride),
    runs: dimension,
    features: dimension,
    stride: dimension,
    activation,
  },
};

export const activationKernels = { activationForward, activationGradient };
