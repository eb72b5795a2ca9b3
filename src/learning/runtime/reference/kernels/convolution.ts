import { panelIndex } from "../../../plan/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

type Values = ReferenceCall["values"];

/** A tap of a window that lies inside of the image. */
interface Tap {
  /** Places of the first channel. */
  readonly input: number;
  readonly output: number;
  /** Row of the tap in the kernel, counted in taps. */
  readonly tap: number;
}

/** Visits all taps of all windows of all examples. @param out floats of an output's pixel */
export function forEachTap({ values, batch }: ReferenceCall, out: number, visit: (tap: Tap) => void): void {
  const v = values as Record<
    | "height"
    | "width"
    | "kernelHeight"
    | "kernelWidth"
    | "stride"
    | "dilation"
    | "top"
    | "left"
    | "outHeight"
    | "outWidth"
    | "pixel"
    | "inputRow",
    number
  >;
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < v.outHeight; y++) {
      for (let x = 0; x < v.outWidth; x++) {
        for (let ky = 0; ky < v.kernelHeight; ky++) {
          for (let kx = 0; kx < v.kernelWidth; kx++) {
            const fromY = y * v.stride - v.top + ky * v.dilation;
            const fromX = x * v.stride - v.left + kx * v.dilation;
            if (fromY < 0 || fromY >= v.height || fromX < 0 || fromX >= v.width) continue;
            visit({
              input: b * v.inputRow + (fromY * v.width + fromX) * v.pixel,
              output: ((b * v.outHeight + y) * v.outWidth + x) * out,
              tap: ky * v.kernelWidth + kx,
            });
          }
        }
      }
    }
  }
}

const weightSize = ({ kernelHeight, kernelWidth, pixel, out }: Values) => ({
  rows: kernelHeight! * kernelWidth! * pixel!,
  columns: out!,
});

/** Adds the bias, if there is one, before the sum; applies the relu, if there is one, after it. */
export function withBiasAndActivation(call: ReferenceCall, out: number, addProducts: () => void): void {
  const { buffers, values, batch } = call;
  const count = batch * values.outHeight! * values.outWidth! * out;
  for (let i = 0; i < count; i++) buffers.output![i] = buffers.bias?.[i % out] ?? 0;
  addProducts();
  if (values.activation !== 1) return;
  for (let i = 0; i < count; i++) if (buffers.output![i]! <= 0) buffers.output![i] = 0;
}

/** Blocks the gradient where a relu in front of the layer did. */
export function maskInputGradient({ buffers, values, batch }: ReferenceCall): void {
  if (buffers.activated === undefined) return;
  for (let i = 0; i < batch * values.inputRow!; i++)
    if (!(buffers.activated[i]! > 0)) buffers.inputGradient![i] = 0;
}

function convolutionForward(call: ReferenceCall): void {
  const { buffers, values } = call;
  const { pixel: P, out: O } = values as Record<"pixel" | "out", number>;
  withBiasAndActivation(call, O, () =>
    forEachTap(call, O, ({ input, output, tap }) => {
      for (let o = 0; o < O; o++)
        for (let i = 0; i < P; i++)
          buffers.output![output + o]! +=
            buffers.input![input + i]! * buffers.weight![panelIndex(tap * P + i, o, weightSize(values))]!;
    }),
  );
}

function convolutionInputGradient(call: ReferenceCall): void {
  const { buffers, values, batch } = call;
  const { pixel: P, out: O, inputRow } = values as Record<"pixel" | "out" | "inputRow", number>;
  buffers.inputGradient!.fill(0, 0, batch * inputRow);
  forEachTap(call, O, ({ input, output, tap }) => {
    for (let o = 0; o < O; o++)
      for (let i = 0; i < P; i++)
        buffers.inputGradient![input + i]! +=
          buffers.outputGradient![output + o]! *
          buffers.weight![panelIndex(tap * P + i, o, weightSize(values))]!;
  });
  maskInputGradient(call);
}

function convolutionWeightGradient(call: ReferenceCall): void {
  const { buffers, values, isFirstChunk } = call;
  const { pixel: P, out: O } = values as Record<"pixel" | "out", number>;
  if (isFirstChunk) buffers.weightGradient!.fill(0);
  forEachTap(call, O, ({ input, output, tap }) => {
    for (let o = 0; o < O; o++)
      for (let i = 0; i < P; i++)
        buffers.weightGradient![panelIndex(tap * P + i, o, weightSize(values))]! +=
          buffers.input![input + i]! * buffers.outputGradient![output + o]!;
  });
}

function convolutionBiasGradient({ buffers, values, batch, isFirstChunk }: ReferenceCall): void {
  const { pixels, out: O } = values as Record<"pixels" | "out", number>;
  if (isFirstChunk) buffers.biasGradient!.fill(0);
  for (let i = 0; i < batch * pixels * O; i++) buffers.biasGradient![i % O]! += buffers.outputGradient![i]!;
}

export const convolutionKernels = {
  convolutionForward,
  convolutionInputGradient,
  convolutionWeightGradient,
  convolutionBiasGradient,
};
