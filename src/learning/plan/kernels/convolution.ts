/**
 * The convolution: the product of every window of an image with a weight, and its gradients.
 *
 * Images are [height, width, pixel] with `pixel` floats from pixel to pixel, `inputRow` floats from example to example;
 * outputs are [outHeight, outWidth, out], padded. The weight is [kernelHeight, kernelWidth, pixel, out] in column panels.
 * Window (y, x) begins at pixel (y stride - top, x stride - left); what reaches over the border reads zeros.
 */
import {
  accumulates,
  choice,
  dimension,
  distance,
  optional,
  reads,
  writes,
  type Dimensions,
  type KernelSignature,
} from "../kernel.ts";

const inputFloats = (d: Dimensions) => d.batch! * d.inputRow!;
const outputFloats = (d: Dimensions) => d.batch! * d.outHeight! * d.outWidth! * d.out!;
const weightFloats = (d: Dimensions) => d.kernelHeight! * d.kernelWidth! * d.pixel! * d.out!;

/** Floats of one example with zeros around it, as far as windows reach. */
export function paddedImageFloats(d: Dimensions): number {
  const reach = (windows: number, taps: number) => (windows - 1) * d.stride! + (taps - 1) * d.dilation! + 1;
  return reach(d.outHeight!, d.kernelHeight!) * reach(d.outWidth!, d.kernelWidth!) * d.pixel!;
}

const paddedFloats = (d: Dimensions) => d.batch! * paddedImageFloats(d);

export const windowDimensions = {
  height: dimension,
  width: dimension,
  kernelHeight: dimension,
  kernelWidth: dimension,
  stride: dimension,
  dilation: dimension,
  top: distance,
  left: distance,
  outHeight: dimension,
  outWidth: dimension,
  pixel: dimension,
  inputRow: dimension,
} as const;

/**
 * output = activation(windows weight + bias); without `bias`, activation(windows weight). `padded` is scratch for the
 * images with zeros around them; without it, taps outside of the image are left out.
 */
const convolutionForward: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(inputFloats),
    weight: reads(weightFloats),
    bias: optional(reads((d) => d.out!)),
    padded: optional(writes(paddedFloats)),
    output: writes(outputFloats),
    ...windowDimensions,
    out: dimension,
    activation: choice("none", "relu"),
  },
};

/**
 * inputGradient: for each pixel the sum over the windows that read it, set to 0 where `activated` is given and not
 * positive (the gradient of a relu in front of the layer). `transposed` is scratch for the transpose of each tap's
 * weight; it is made in a step's first chunk.
 */
const convolutionInputGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    outputGradient: reads(outputFloats),
    weight: reads(weightFloats),
    transposed: accumulates(weightFloats),
    inputGradient: writes(inputFloats),
    activated: optional(reads(inputFloats)),
    ...windowDimensions,
    out: dimension,
  },
};

/**
 * weightGradient = windows^T outputGradient, in panels. `padded` as above; `packed` is scratch for outputGradient in
 * panels, without which it is read where it lies.
 */
const convolutionWeightGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(inputFloats),
    outputGradient: reads(outputFloats),
    padded: optional(writes(paddedFloats)),
    packed: optional(writes(outputFloats)),
    weightGradient: accumulates(weightFloats),
    ...windowDimensions,
    out: dimension,
  },
};

/** biasGradient = sum of outputGradient over the batch and the `pixels` of each example */
const convolutionBiasGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    outputGradient: reads((d) => d.batch! * d.pixels! * d.out!),
    biasGradient: accumulates((d) => d.out!),
    pixels: dimension,
    out: dimension,
  },
};

export const convolutionKernels = {
  convolutionForward,
  convolutionInputGradient,
  convolutionWeightGradient,
  convolutionBiasGradient,
};
