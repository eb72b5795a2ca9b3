import type { ReferenceCall } from "../reference-kernel.ts";

function softmaxCrossEntropy({ buffers, slots, values, batch }: ReferenceCall): void {
  const { classes, stride } = values as Record<"classes" | "stride", number>;
  const [smoothing, stepWeight] = slots.settings as unknown as [number, number];
  const weights = slots.classWeights!;
  const totals = slots.totals!;
  for (let row = 0; row < batch; row++) {
    const logits = buffers.logits!.subarray(row * stride, row * stride + classes);
    const label = buffers.labels![row]!;
    const maximum = logits.reduce((a, b) => Math.max(a, b));
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - maximum), 0);
    /** What the logarithm of each class's probability counts. */
    const shares = weights.map(
      (weight, c) => (smoothing / classes) * weight + (c === label ? (1 - smoothing) * weight : 0),
    );
    const share = shares.reduce((a, b) => a + b);
    shares.forEach((own, c) => {
      if (own > 0) totals[0]! += own * (Math.log(sum) + maximum - logits[c]!);
    });
    totals[1]! += logits.indexOf(maximum) === label ? 1 : 0;
    totals[2]! += weights[label]!;
    if (buffers.gradient === undefined) continue;
    for (let c = 0; c < stride; c++) {
      const probability = c < classes ? Math.exp(logits[c]! - maximum) / sum : 0;
      buffers.gradient[row * stride + c] = (probability * share - (shares[c] ?? 0)) / stepWeight;
    }
  }
}

function weighStep({ slots, examples, stepOrder }: ReferenceCall): void {
  slots.weight![0] = stepOrder.reduce(
    (sum, example) => sum + slots.classWeights![examples.labels[example]!]!,
    0,
  );
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

function oneHot({ buffers, values, batch }: ReferenceCall): void {
  const { stride } = values as { stride: number };
  buffers.output!.fill(0, 0, batch * stride);
  for (let row = 0; row < batch; row++) buffers.output![row * stride + buffers.labels![row]!] = 1;
}

export const lossKernels = { softmaxCrossEntropy, weighStep, elementwiseLoss, oneHot };
