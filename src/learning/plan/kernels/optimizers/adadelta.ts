import { perWeight, sharedSlots, updateKernel } from "./shared.ts";

export const adadeltaSlots = [...sharedSlots, "smoothing", "epsilon"] as const;

/**
 * square = smoothing square + (1 - smoothing) g^2; step = g sqrt(stepSquare + epsilon) / sqrt(square + epsilon);
 * stepSquare follows step^2 likewise; weight -= learningRate step
 *
 * @see Zeiler 2012, "ADADELTA: An Adaptive Learning Rate Method", Alg. 1; the rate as in PyTorch's Adadelta
 */
const adadeltaUpdate = updateKernel(adadeltaSlots, { square: perWeight, stepSquare: perWeight });

export const adadeltaKernels = { adadeltaUpdate };
