import type { ReferenceCall } from "../reference-kernel.ts";

interface ActivationFunction {
  readonly value: (x: number) => number;
  /** The derivative as a function of the value y. */
  readonly slope: (y: number) => number;
}

/** In the order of the kernel's choices. */
const functions: readonly ActivationFunction[] = [
  { value: (x) => (x <= 0 ? 0 : x), slope: (y) => (y > 0 ? 1 : 0) },
  { value: Math.tanh, slope: (y) => 1 - y * y },
  { value: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
];

function activationForward({ buffers, values, batch }: ReferenceCall): void {
  const { runs, features, stride, activation } = values as Record<
    "runs" | "features" | "stride" | "activation",
    number
  >;
  const { value } = functions[activation]!;
  for (let row = 0; row < batch * runs; row++) {
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      buffers.output![at] = column < features ? value(buffers.input![at]!) : 0;
    }
  }
}

function activationGradient({ buffers, values, batch }: ReferenceCall): void {
  const { runs, features, stride, activation } = values as Record<
    "runs" | "features" | "stride" | "activation",
    number
  >;
  const { slope } = functions[activation]!;
  for (let row = 0; row < batch * runs; row++) {
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      buffers.inputGradient![at] =
        column < features ? buffers.outputGradient![at]! * slope(buffers.output![at]!) : 0;
    }
  }
}

export const activationKernels = { activationForward, activationGradient };
