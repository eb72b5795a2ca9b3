import type { ReferenceCall } from "../reference-kernel.ts";

function gatherEach(
  { buffers, values, batch, examples, order }: ReferenceCall,
  scaled: (value: number, feature: number) => number,
): void {
  const output = buffers.output!;
  const { features, stride } = values as { features: number; stride: number };
  for (let row = 0; row < batch; row++) {
    for (let column = 0; column < stride; column++) {
      output[row * stride + column] =
        column < features ? scaled(examples.features[order[row]! * features + column]!, column) : 0;
    }
  }
}

function gather(call: ReferenceCall): void {
  const [scale, shift] = call.slots.scaling as unknown as [number, number];
  gatherEach(call, (value) => value * scale + shift);
}

function gatherScaled(call: ReferenceCall): void {
  const scaling = call.buffers.scaling!;
  const { stride } = call.values as { stride: number };
  gatherEach(call, (value, feature) => value * scaling[feature]! + scaling[stride + feature]!);
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

export const batchKernels = {
  gatherBytes: gather,
  gatherFloats: gather,
  gatherScaledBytes: gatherScaled,
  gatherScaledFloats: gatherScaled,
  gatherLabels,
  gatherTargets,
};
