import type { ReferenceCall } from "../reference-kernel.ts";

function concatenate({ buffers, values, batch }: ReferenceCall): void {
  const { a, b, output } = buffers as Record<"a" | "b" | "output", Float64Array>;
  const { pixels, aChannels, aStride, bChannels, bStride, stride } = values as Record<string, number>;
  for (let pixel = 0; pixel < batch * pixels!; pixel++) {
    for (let channel = 0; channel < stride!; channel++) {
      output[pixel * stride! + channel] =
        channel < aChannels!
          ? a[pixel * aStride! + channel]!
          : channel < aChannels! + bChannels!
            ? b[pixel * bStride! + channel - aChannels!]!
            : 0;
    }
  }
}

function sliceChannels({ buffers, values, batch }: ReferenceCall): void {
  const { input, output } = buffers as Record<"input" | "output", Float64Array>;
  const { pixels, end, channels, inputStride, stride } = values as Record<string, number>;
  for (let pixel = 0; pixel < batch * pixels!; pixel++) {
    for (let channel = 0; channel < stride!; channel++) {
      output[pixel * stride! + channel] =
        channel < channels! ? input[pixel * inputStride! + end! - channels! + channel]! : 0;
    }
  }
}

export const concatenateKernels = { concatenate, sliceChannels };
