/**
 * Pooling of images. Images are [batch, height, width, channels] with padded channels, pooled ones
 * [batch, outHeight, outWidth, channels]. Window (y, x) begins at row y strideHeight - padHeight and column
 * x strideWidth - padWidth; what of it lies beyond the border does not count unless something else is said.
 */
import { choice, dimension, distance, optional, reads, writes, type KernelSignature } from "../kernel.ts";

const image = (d: Readonly<Record<string, number>>) => d.batch! * d.height! * d.width! * d.channels!;
const pooled = (d: Readonly<Record<string, number>>) => d.batch! * d.outHeight! * d.outWidth! * d.channels!;

const shapes = {
  height: dimension,
  width: dimension,
  channels: dimension,
  outHeight: dimension,
  outWidth: dimension,
};
const windows = {
  sizeHeight: dimension,
  sizeWidth: dimension,
  strideHeight: dimension,
  strideWidth: dimension,
  padHeight: distance,
  padWidth: distance,
};

/**
 * output = activation(maximum of each window), NaN where one is in it. `winners` gets the place in the window, row by row
 * and over all of `sizeWidth`, of the first pixel that is the maximum; -1 where the relu makes it 0.
 */
const maxPool: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(image),
    output: writes(pooled),
    winners: optional(writes(pooled)),
    ...shapes,
    ...windows,
    activation: choice("none", "relu"),
  },
};

/** inputGradient = sum over the windows that a pixel wins of their outputGradient */
const maxPoolGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    winners: reads(pooled),
    outputGradient: reads(pooled),
    inputGradient: writes(image),
    ...shapes,
    ...windows,
  },
};

/**
 * windows: means over all of a window, 0 beyond the border. inside: over its part inside the image. adaptive: over the rows
 * [floor(y height / outHeight), ceil((y + 1) height / outHeight)), and columns likewise; windows are not looked at.
 */
const bins = choice("windows", "inside", "adaptive");

/** output = mean of each bin */
const averagePool: KernelSignature = {
  runs: "each-chunk",
  arguments: { input: reads(image), output: writes(pooled), ...shapes, ...windows, bins },
};

/** inputGradient = sum over the bins that hold a pixel of their outputGradient / pixels that they count */
const averagePoolGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: { outputGradient: reads(pooled), inputGradient: writes(image), ...shapes, ...windows, bins },
};

export const poolKernels = { maxPool, maxPoolGradient, averagePool, averagePoolGradient };
