import type { ReferenceCall } from "../reference-kernel.ts";

function gather({ buffers, slots, values, batch, examples, order }: ReferenceCall): void {
  const output = buffers.output!;
  const { features, stride } = values as { features: number; stride: number };
  const [scale, shift] = slots.scaling as unknown as [number, number];
  for (let row = 0; row < batch; row++) {
    for (let column = 0; column < stride; column++) {
      output[row * stride + column] =
        column < features ? examples.features[order[row]! * features + column]! * scale + shift : 0;
    }
  }
}

function gatherLabels({ buffers, batch, examples, order }: ReferenceCall): void {
  for (let row = 0; row < batch; row++) buffers.output![row] = examples.labels[order[row]!]!;
}

function gatherTargets({ buffers, values, batch, examples, order }: ReferenceCall): void {
  const { outputs, stride } = values as { outputs: number; stride: number };
  buffers.output!.fill(0, 0, batch * stride);
  for (let row = 0; row < batch; row++) {
    const first = order[row]! * outputs;
    buffers.output!.set(examples.labels.subarray(first, first + outputs), row * stride);
  }
}

export const batchKernels = { gatherBytes: gather, gatherFloats: gather, gatherLabels, gatherTargets };
