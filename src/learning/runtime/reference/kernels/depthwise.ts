import type { ReferenceCall } from "../reference-kernel.ts";
import { forEachTap, maskInputGradient, withBiasAndActivation } from "./convolution.ts";

function depthwiseForward(call: ReferenceCall): void {
  const { buffers, values } = call;
  const P = values.pixel!;
  withBiasAndActivation(call, P, () =>
    forEachTap(call, P, ({ input, output, tap }) => {
      for (let i = 0; i < P; i++)
        buffers.output![output + i]! += buffers.input![input + i]! * buffers.weight![tap * P + i]!;
    }),
  );
}

function depthwiseInputGradient(call: ReferenceCall): void {
  const { buffers, values, batch } = call;
  const P = values.pixel!;
  buffers.inputGradient!.fill(0, 0, batch * values.inputRow!);
  forEachTap(call, P, ({ input, output, tap }) => {
    for (let i = 0; i < P; i++)
      buffers.inputGradient![input + i]! +=
        buffers.outputGradient![output + i]! * buffers.weight![tap * P + i]!;
  });
  maskInputGradient(call);
}

function depthwiseWeightGradient(call: ReferenceCall): void {
  const { buffers, values, isFirstChunk } = call;
  const P = values.pixel!;
  if (isFirstChunk) buffers.weightGradient!.fill(0);
  forEachTap(call, P, ({ input, output, tap }) => {
    for (let i = 0; i < P; i++)
      buffers.weightGradient![tap * P + i]! +=
        buffers.input![input + i]! * buffers.outputGradient![output + i]!;
  });
}

export const depthwiseKernels = { depthwiseForward, depthwiseInputGradient, depthwiseWeightGradient };
