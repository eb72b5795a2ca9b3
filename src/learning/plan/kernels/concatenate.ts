import { dimension, reads, writes, type KernelSignature } from "../kernel.ts";

/**
 * For each pixel the channels of `a` [batch, pixels, aStride], then those of `b`, to `output` [batch, pixels, stride];
 * what is left of the stride becomes 0.
 */
const concatenate: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    a: reads((d) => d.batch! * d.pixels! * d.aStride!),
    b: reads((d) => d.batch! * d.pixels! * d.bStride!),
    output: writes((d) => d.batch! * d.pixels! * d.stride!),
    pixels: dimension,
    aChannels: dimension,
    aStride: dimension,
    bChannels: dimension,
    bStride: dimension,
    stride: dimension,
  },
};

/** For each pixel the `channels` of `input` before `end`; what is left of the output's stride becomes 0. */
const sliceChannels: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads((d) => d.batch! * d.pixels! * d.inputStride!),
    output: writes((d) => d.batch! * d.pixels! * d.stride!),
    pixels: dimension,
    end: dimension,
    channels: dimension,
    inputStride: dimension,
    stride: dimension,
  },
};

export const concatenateKernels = { concatenate, sliceChannels };
