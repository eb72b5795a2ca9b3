import type { ReferenceCall } from "../reference-kernel.ts";

function softmaxCrossEntropy({ buffers, slots, values, batch, stepBatch }: ReferenceCall): void {
  const { classes, stride } = values as Record<"classes" | "stride", number>;
  const totals = slots.totals!;
  for (let row = 0; row < batch; row++) {
    const logits = buffers.logits!.subarray(row * stride, row * stride + classes);
    const label = buffers.labels![row]!;
    const maximum = logits.reduce((a, b) => Math.max(a, b));
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - maximum), 0);
    totals[0]! += Math.log(sum) + maximum - logits[label]!;
    totals[1]! += logits.indexOf(maximum) === label ? 1 : 0;
    if (buffers.gradient === undefined) continue;
    for (let column = 0; column < stride; column++) {
      const probability = column < classes ? Math.exp(logits[column]! - maximum) / sum : 0;
      buffers.gradient[row * stride + column] = (probability - (column === label ? 1 : 0)) / stepBatch;
    }
  }
}

export const lossKernels = { softmaxCrossEntropy };
