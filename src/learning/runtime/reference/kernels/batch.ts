import type { ReferenceCall } from "../reference-kernel.ts";
import { mixOf } from "./mix-of.ts";

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

function gatherTargets(call: ReferenceCall): void {
  const { buffers, values, batch, examples, order } = call;
  const { outputs, stride } = values as { outputs: number; stride: number };
  buffers.output!.fill(0, 0, batch * stride);
  for (let row = 0; row < batch; row++) {
    const { partner, share } = mixOf(call, row);
    for (let output = 0; output < outputs; output++) {
      const own = examples.labels[order[row]! * outputs + output]!;
      const other = share > 0 ? examples.labels[partner * outputs + output]! : own;
      buffers.output![row * stride + output] = own + share * (other - own);
    }
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
