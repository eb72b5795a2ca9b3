/**
 * The dense layer: Y = X W + b and its gradients.
 *
 * X is [batch, in], Y is [batch, out], both plain; W is [in, out] in column panels (`panel-layout.ts`). `in` and `out`
 * are padded feature counts. Products sum over their depth in order, in blocks whose length depends on the depth alone.
 */
import {
  accumulates,
  choice,
  dimension,
  optional,
  reads,
  slots,
  updates,
  writes,
  type KernelSignature,
} from "../kernel.ts";
import { adamSlots } from "./optimizers/adam.ts";

const batchByIn = (d: Readonly<Record<string, number>>) => d.batch! * d.in!;
const batchByOut = (d: Readonly<Record<string, number>>) => d.batch! * d.out!;
const inByOut = (d: Readonly<Record<string, number>>) => d.in! * d.out!;

/** output = activation(input weight + bias); without `bias`, activation(input weight) */
const denseForward: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(batchByIn),
    weight: reads(inByOut),
    bias: optional(reads((d) => d.out!)),
    output: writes(batchByOut),
    in: dimension,
    out: dimension,
    activation: choice("none", "relu"),
  },
};

/**
 * inputGradient = outputGradient weight^T, set to 0 where `activated` is given and not positive (the gradient of a relu
 * in front of the layer). `transposed` is scratch for weight^T, which is made in a step's first chunk.
 */
const denseInputGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    outputGradient: reads(batchByOut),
    weight: reads(inByOut),
    transposed: accumulates(inByOut),
    inputGradient: writes(batchByIn),
    activated: optional(reads(batchByIn)),
    in: dimension,
    out: dimension,
  },
};

/** weightGradient = input^T outputGradient, in panels. `packed` is scratch for outputGradient in panels. */
const denseWeightGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(batchByIn),
    outputGradient: reads(batchByOut),
    packed: writes(batchByOut),
    weightGradient: accumulates(inByOut),
    in: dimension,
    out: dimension,
  },
};

/** biasGradient = sum of outputGradient over the batch */
const denseBiasGradient: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    outputGradient: reads(batchByOut),
    biasGradient: accumulates((d) => d.out!),
    out: dimension,
  },
};

/**
 * `denseWeightGradient` and `adamUpdate` in one, with both decays and nothing clipped: the gradient stays in registers.
 * `partial` holds unfinished sums and is needed when a step takes more than one chunk; `magnitude` [out] gets the sum over
 * rows of the gradient's absolute value. `squares` [out], when given, gets that of (gradient / unit)^2, and the place after
 * it the unit: the largest power of two in the output gradient, so that the squares of vanishing gradients are not lost.
 * Adam is applied in the last chunk.
 */
const denseWeightAdam: KernelSignature = {
  runs: "each-chunk",
  arguments: {
    input: reads(batchByIn),
    outputGradient: reads(batchByOut),
    packed: writes(batchByOut),
    weight: updates(inByOut),
    mean: updates(inByOut),
    variance: updates(inByOut),
    partial: optional(accumulates(inByOut)),
    magnitude: writes((d) => d.out!),
    squares: optional(writes((d) => d.out! + 16)),
    in: dimension,
    out: dimension,
    settings: slots(adamSlots.length),
  },
};

export const denseKernels = {
  denseForward,
  denseInputGradient,
  denseWeightGradient,
  denseBiasGradient,
  denseWeightAdam,
};
