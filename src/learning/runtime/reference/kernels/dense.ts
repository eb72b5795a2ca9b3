import { panelIndex } from "../../../plan/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";
import { optimizerKernels } from "./optimizers/index.ts";

/** Dimensions: B batch, I padded input features, O padded output features. */
interface DenseValues {
  readonly in: number;
  readonly out: number;
}

function denseForward({ buffers, values, batch }: ReferenceCall): void {
  const { input, weight, bias, output } = buffers as Record<"input" | "weight" | "output", Float64Array> & {
    bias?: Float64Array;
  };
  const { in: I, out: O } = values as unknown as DenseValues;
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < O; o++) {
      let sum = bias?.[o] ?? 0;
      for (let i = 0; i < I; i++)
        sum += input[b * I + i]! * weight[panelIndex(i, o, { rows: I, columns: O })]!;
      output[b * O + o] = values.activation === 1 && sum <= 0 ? 0 : sum;
    }
  }
}

function denseInputGradient({ buffers, values, batch }: ReferenceCall): void {
  const { outputGradient, weight, inputGradient } = buffers as Record<
    "outputGradient" | "weight" | "inputGradient",
    Float64Array
  >;
  const { in: I, out: O } = values as unknown as DenseValues;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < I; i++) {
      let sum = 0;
      for (let o = 0; o < O; o++)
        sum += outputGradient[b * O + o]! * weight[panelIndex(i, o, { rows: I, columns: O })]!;
      const isBlocked = buffers.activated !== undefined && !(buffers.activated[b * I + i]! > 0);
      inputGradient[b * I + i] = isBlocked ? 0 : sum;
    }
  }
}

function denseWeightGradient({ buffers, values, batch, isFirstChunk }: ReferenceCall): void {
  const { input, outputGradient, weightGradient } = buffers as Record<
    "input" | "outputGradient" | "weightGradient",
    Float64Array
  >;
  const { in: I, out: O } = values as unknown as DenseValues;
  for (let i = 0; i < I; i++) {
    for (let o = 0; o < O; o++) {
      const at = panelIndex(i, o, { rows: I, columns: O });
      let sum = isFirstChunk ? 0 : weightGradient[at]!;
      for (let b = 0; b < batch; b++) sum += input[b * I + i]! * outputGradient[b * O + o]!;
      weightGradient[at] = sum;
    }
  }
}

function denseBiasGradient({ buffers, values, batch, isFirstChunk }: ReferenceCall): void {
  const O = values.out!;
  for (let o = 0; o < O; o++) {
    let sum = isFirstChunk ? 0 : buffers.biasGradient![o]!;
    for (let b = 0; b < batch; b++) sum += buffers.outputGradient![b * O + o]!;
    buffers.biasGradient![o] = sum;
  }
}

/** The two kernels that it joins, one after the other. */
function writeSquares({ buffers, values, batch }: ReferenceCall, gradient: Float64Array): void {
  const { in: I, out: O } = values as unknown as DenseValues;
  const { outputGradient, squares } = buffers as Record<"outputGradient" | "squares", Float64Array>;
  const largest = outputGradient
    .subarray(0, batch * O)
    .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const unit = largest > 0 ? 2 ** Math.floor(Math.log2(largest)) : 1;
  for (let o = 0; o < O; o++) {
    squares[o] = 0;
    for (let i = 0; i < I; i++)
      squares[o]! += (gradient[panelIndex(i, o, { rows: I, columns: O })]! / unit) ** 2;
  }
  squares[O] = unit;
}

function denseWeightAdam(call: ReferenceCall): void {
  const { in: I, out: O } = call.values as unknown as DenseValues;
  const gradient = call.buffers.partial ?? new Float64Array(I * O);
  denseWeightGradient({ ...call, buffers: { ...call.buffers, weightGradient: gradient } });
  if (!call.isLastChunk) return;
  for (let o = 0; o < O; o++) {
    let sum = 0;
    for (let i = 0; i < I; i++) sum += Math.abs(gradient[panelIndex(i, o, { rows: I, columns: O })]!);
    call.buffers.magnitude![o] = sum;
  }
  if (call.buffers.squares !== undefined) writeSquares(call, gradient);
  optimizerKernels.adamUpdate({
    ...call,
    buffers: { ...call.buffers, gradient },
    values: { count: I * O, decay: 1 },
  });
}

export const denseKernels = {
  denseForward,
  denseInputGradient,
  denseWeightGradient,
  denseBiasGradient,
  denseWeightAdam,
};
