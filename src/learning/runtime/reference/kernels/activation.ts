import { activationFunctions, slopeSource, type ActivationFunction } from "../../../plan/index.ts";
import { normalDensity, normalDistribution } from "../normal-distribution.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

interface ReferenceActivation {
  readonly value: (x: number) => number;
  /** The derivative as a function of the output, or of the input where `slopeSource` says so. */
  readonly slope: (source: number) => number;
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x));

/** x f(x) where f goes to 0 faster than x to minus infinity. */
const times = (x: number, f: (x: number) => number) => (x === Number.NEGATIVE_INFINITY ? 0 : x * f(x));

const functions: Readonly<Record<ActivationFunction, ReferenceActivation>> = {
  relu: { value: (x) => (x <= 0 ? 0 : x), slope: (y) => (y > 0 ? 1 : 0) },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  sigmoid: { value: logistic, slope: (y) => y * (1 - y) },
  leakyRelu: { value: (x) => (x > 0 ? x : 0.01 * x), slope: (y) => (y > 0 ? 1 : 0.01) },
  elu: { value: (x) => (x > 0 ? x : Math.expm1(x)), slope: (y) => (y > 0 ? 1 : y + 1) },
  gelu: {
    value: (x) => times(x, normalDistribution),
    slope: (x) => (Number.isFinite(x) ? normalDistribution(x) + x * normalDensity(x) : limit(x)),
  },
  silu: {
    value: (x) => times(x, logistic),
    slope: (x) => (Number.isFinite(x) ? logistic(x) * (1 + x * (1 - logistic(x))) : limit(x)),
  },
  softplus: {
    value: (x) => (x > 20 ? x : Math.log1p(Math.exp(x))),
    slope: (y) => (y > 20 ? 1 : -Math.expm1(-y)),
  },
};

/** The slope at an infinity of a function that is 0 on one side and the identity on the other. */
const limit = (x: number) => (Number.isNaN(x) ? x : x > 0 ? 1 : 0);

type Dimensions = Record<"runs" | "features" | "stride" | "activation", number>;

function activationForward({ buffers, values, batch }: ReferenceCall): void {
  const { runs, features, stride, activation } = values as Dimensions;
  const { value } = functions[activationFunctions[activation]!];
  for (let row = 0; row < batch * runs; row++) {
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      buffers.output![at] = column < features ? value(buffers.input![at]!) : 0;
    }
  }
}

function activationGradient({ buffers, values, batch }: ReferenceCall): void {
  const { runs, features, stride, activation } = values as Dimensions;
  const name = activationFunctions[activation]!;
  const source = buffers[slopeSource(name)]!;
  for (let row = 0; row < batch * runs; row++) {
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column;
      buffers.inputGradient![at] =
        column < features ? buffers.outputGradient![at]! * functions[name].slope(source[at]!) : 0;
    }
  }
}

export const activationKernels = { activationForward, activationGradient };
