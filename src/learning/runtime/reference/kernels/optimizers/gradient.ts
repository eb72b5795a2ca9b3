import type { ReferenceCall } from "../../reference-kernel.ts";
import { buffersOf, settingsOf } from "./update.ts";

function addPenalty(call: ReferenceCall): void {
  const { weight, gradient } = buffersOf<"gradient">(call);
  const { l2Penalty } = settingsOf(call, "shared");
  let squares = 0;
  for (let i = 0; i < call.values.count!; i++) {
    squares += weight[i]! ** 2;
    gradient[i]! += l2Penalty * weight[i]!;
  }
  call.slots.loss![0]! += call.stepBatch * (l2Penalty / 2) * squares;
}

function addSquares(call: ReferenceCall): void {
  const { gradient } = buffersOf<"gradient">(call);
  const settings = settingsOf(call, "shared");
  const { clipValue } = settings;
  for (let i = 0; i < call.values.count!; i++) {
    settings.squareSum += Math.min(clipValue, Math.max(-clipValue, gradient[i]!)) ** 2;
  }
}

function limitNorm(call: ReferenceCall): void {
  const settings = settingsOf(call, "shared");
  settings.gradientFactor = Math.min(1, settings.clipNorm / (Math.sqrt(settings.squareSum) + 1e-6));
  settings.squareSum = 0;
}

function averageWeights(call: ReferenceCall): void {
  const { weight, average } = buffersOf<"average">(call);
  const decay = call.slots.step![0]! > 0 ? settingsOf(call, "shared").averageDecay : 0;
  for (let i = 0; i < call.values.count!; i++) average[i] = decay * average[i]! + (1 - decay) * weight[i]!;
}

export const gradientKernels = { addPenalty, addSquares, limitNorm, averageWeights };
