import type { ReferenceCall } from "../reference-kernel.ts";
import { mixOf } from "./mix-of.ts";

/** What each label of an example counts, of a mixture both. */
function labelShares(call: ReferenceCall, row: number, label: number): Map<number, number> {
  const { partner, share } = mixOf(call, row);
  const shares = new Map([[label, 1 - share]]);
  if (share > 0) {
    const other = call.examples.labels[partner]!;
    shares.set(other, (shares.get(other) ?? 0) + share);
  }
  return shares;
}

function softmaxCrossEntropy(call: ReferenceCall): void {
  const { buffers, slots, values, batch } = call;
  const { classes, stride } = values as Record<"classes" | "stride", number>;
  const [smoothing, stepWeight] = slots.settings as unknown as [number, number];
  const weights = slots.classWeights!;
  const totals = slots.totals!;
  for (let row = 0; row < batch; row++) {
    const logits = buffers.logits!.subarray(row * stride, row * stride + classes);
    const label = buffers.labels![row]!;
    const maximum = logits.reduce((a, b) => Math.max(a, b));
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - maximum), 0);
    const ofLabels = labelShares(call, row, label);
    /** What the logarithm of each class's probability counts. */
    const shares = weights.map(
      (weight, c) => (smoothing / classes) * weight + (1 - smoothing) * weight * (ofLabels.get(c) ?? 0),
    );
    const share = shares.reduce((a, b) => a + b);
    shares.forEach((own, c) => {
      if (own > 0) totals[0]! += own * (Math.log(sum) + maximum - logits[c]!);
    });
    totals[1]! += logits.indexOf(maximum) === label ? 1 : 0;
    for (const [c, part] of ofLabels) totals[2]! += part * weights[c]!;
    if (buffers.gradient === undefined) continue;
    for (let c = 0; c < stride; c++) {
      const probability = c < classes ? Math.exp(logits[c]! - maximum) / sum : 0;
      buffers.gradient[row * stride + c] = (probability * share - (shares[c] ?? 0)) / stepWeight;
    }
  }
}

function weighStep(call: ReferenceCall): void {
  const { slots, examples, stepOrder, isFirstChunk } = call;
  if (!isFirstChunk) return;
  slots.weight![0] = 0;
  stepOrder.forEach((example, row) => {
    for (const [c, part] of labelShares(call, row, examples.labels[example]!)) {
      slots.weight![0]! += part * slots.classWeights![c]!;
    }
  });
}

interface ElementLoss {
  readonly value: number;
  readonly slope: number;
  readonly error: number;
}

type Compare = (prediction: number, target: number, delta: number) => ElementLoss;

/** In the order of the kernel's choices. */
const functions: readonly Compare[] = [
  (prediction, target) => {
    const error = prediction - target;
    return { value: error ** 2, slope: 2 * error, error };
  },
  (prediction, target) => {
    const error = prediction - target;
    return { value: Math.abs(error), slope: Math.sign(error), error };
  },
  (prediction, target, delta) => {
    const error = prediction - target;
    return Math.abs(error) <= delta
      ? { value: error ** 2 / 2, slope: error, error }
      : { value: delta * (Math.abs(error) - delta / 2), slope: delta * Math.sign(error), error };
  },
  (prediction, target) => {
    const error = 1 / (1 + Math.exp(-prediction)) - target;
    const value = Math.max(prediction, 0) - prediction * target + Math.log1p(Math.exp(-Math.abs(prediction)));
    return { value, slope: error, error };
  },
];

const largestOf = (values: Float64Array) =>
  values.reduce((largest, value, index) => (value > values[largest]! ? index : largest), 0);

function elementwiseLoss({ buffers, slots, values, batch, stepBatch }: ReferenceCall): void {
  const { outputs, stride, function: choice } = values as Record<"outputs" | "stride" | "function", number>;
  const totals = slots.totals!;
  for (let row = 0; row < batch; row++) {
    const predictions = buffers.predictions!.subarray(row * stride, row * stride + outputs);
    const targets = buffers.targets!.subarray(row * stride, row * stride + outputs);
    buffers.gradient?.fill(0, row * stride, (row + 1) * stride);
    predictions.forEach((prediction, output) => {
      const { value, slope, error } = functions[choice]!(prediction, targets[output]!, slots.delta![0]!);
      totals[0]! += value / outputs;
      totals[3]! += Math.abs(error);
      totals[4]! += error ** 2;
      if (buffers.gradient !== undefined)
        buffers.gradient[row * stride + output] = slope / (stepBatch * outputs);
    });
    totals[1]! += largestOf(predictions) === largestOf(targets) ? 1 : 0;
    totals[2]! += 1;
  }
}

function oneHot(call: ReferenceCall): void {
  const { buffers, values, batch } = call;
  const { stride } = values as { stride: number };
  buffers.output!.fill(0, 0, batch * stride);
  for (let row = 0; row < batch; row++) {
    for (const [c, part] of labelShares(call, row, buffers.labels![row]!))
      buffers.output![row * stride + c] = part;
  }
}

export const lossKernels = { softmaxCrossEntropy, weighStep, elementwiseLoss, oneHot };
