/**
 * The convolution of each channel with a filter of its own. Images and outputs have `pixel` floats a pixel; the weight is
 * [kernelHeight, kernelWidth, pixel], plain. The rest is as in `convolution.ts`.
 */
import {
  accumulates,
  choice,
  optional,
  reads,
  writes,
  type Dimensions,
  type KernelSignature,
} from "../kernel.ts";
import { windowDimensions } from "./convolution.ts";

const inputFloats = (d: Dimensions) => d.batch! * d.inputRow!;
const outputFloats = (d: Dimensions) => d.batch! * d.outHeight! * d.outWidth! * d.pixel!;
const weightFloats = (d: Dimensions) => d.kernelHeight! * d.kernelWidth! * d.pixel!;

/** output = activation(sum over taps of input weight, + bias) */
const depthwiseForward: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(inputFloats),
    weight: reads(weightFloats),
    bias: optional(reads((d) => d.pixel!)),
    output: writes(outputFloats),
    ...windowDimensions,
    activation: choice("none", "relu"),
  },
};

/** inputGradient, set to 0 where `activated` is given and not positive */
const depthwiseInputGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    outputGradient: reads(outputFloats),
    weight: reads(weightFloats),
    inputGradient: writes(inputFloats),
    activated: optional(reads(inputFloats)),
    ...windowDimensions,
  },
};

/** weightGradient = sum over batch and windows of input outputGradient */
const depthwiseWeightGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(inputFloats),
    outputGradient: reads(outputFloats),
    weightGradient: accumulates(weightFloats),
    ...windowDimensions,
  },
};

export const depthwiseKernels = { depthwiseForward, depthwiseInputGradient, depthwiseWeightGradient };
