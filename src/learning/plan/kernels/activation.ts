import { choice, dimension, optional, reads, writes, type KernelSignature } from "../kernel.ts";

const batchByStride = (d: Readonly<Record<string, number>>) => d.batch! * d.runs! * d.stride!;

/** Functions of one number; `identity` needs no kernel. */
export const activationFunctions = [
  "relu",
  "tanh",
  "sigmoid",
  "leakyRelu",
  "elu",
  "gelu",
  "silu",
  "softplus",
] as const;

export type ActivationFunction = (typeof activationFunctions)[number];

const functionChoice = choice(...activationFunctions);

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
    activation: functionChoice,
  },
};

/**
 * inputGradient = outputGradient * activation'(input). The derivative is computed from the activation's `output`, or from
 * its `input` where the output does not tell it: of the two the call gives the one that is needed.
 */
const activationGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: optional(reads(batchByStride)),
    output: optional(reads(batchByStride)),
    outputGradient: reads(batchByStride),
    inputGradient: writes(batchByStride),
    runs: dimension,
    features: dimension,
    stride: dimension,
    activation: functionChoice,
  },
};

/** What `activationGradient` computes the derivative from. */
export function slopeSource(activation: ActivationFunction): "input" | "output" {
  return activation === "gelu" || activation === "silu" ? "input" : "output";
}

export const activationKernels = { activationForward, activationGradient };
