import { dimension, reads, writes, type KernelSignature } from "../kernel.ts";

const batchByStride = (d: Readonly<Record<string, number>>) => d.batch! * d.runs! * d.stride!;

/** output = softmax(input) over the `features` of each run; columns past them become 0. Both are [batch, runs, stride]. */
const softmaxForward: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(batchByStride),
    output: writes(batchByStride),
    runs: dimension,
    features: dimension,
    stride: dimension,
  },
};

/** inputGradient = output * (outputGradient - sum over the run of output * outputGradient). */
const softmaxGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    output: reads(batchByStride),
    outputGradient: reads(batchByStride),
    inputGradient: writes(batchByStride),
    runs: dimension,
    features: dimension,
    stride: dimension,
  },
};

export const softmaxKernels = { softmaxForward, softmaxGradient };
