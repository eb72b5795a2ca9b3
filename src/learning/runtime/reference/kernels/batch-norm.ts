import { panelIndex } from "../../../plan/index.ts";
import type { ReferenceCall } from "../reference-kernel.ts";

interface Settings {
  readonly momentum: number;
  readonly epsilon: number;
}

function settingsOf({ slots }: ReferenceCall): Settings {
  const [momentum, epsilon] = slots.settings as unknown as readonly [number, number];
  return { momentum, epsilon };
}

/** Every channel by itself, with the places of its values. */
function forEachChannel(
  { values, batch }: ReferenceCall,
  visit: (channel: number, places: readonly number[]) => void,
): void {
  const { pixels, channels } = values as Record<"pixels" | "channels", number>;
  for (let c = 0; c < channels; c++) {
    visit(
      c,
      Array.from({ length: batch * pixels }, (_, row) => row * channels + c),
    );
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, x) => total + x, 0);

function batchStatistics(call: ReferenceCall): void {
  const { input, statistics, runningMean, runningVariance } = call.buffers as Record<
    "input" | "statistics" | "runningMean" | "runningVariance",
    Float64Array
  >;
  const { momentum, epsilon } = settingsOf(call);
  forEachChannel(call, (c, places) => {
    const count = places.length;
    const mean = sum(places.map((at) => input[at]!)) / count;
    const squares = sum(places.map((at) => (input[at]! - mean) ** 2));
    statistics[c] = mean;
    statistics[call.values.channels! + c] = 1 / Math.sqrt(squares / count + epsilon);
    if (count === 1) return;
    runningMean[c] = (1 - momentum) * runningMean[c]! + momentum * mean;
    runningVariance[c] = (1 - momentum) * runningVariance[c]! + (momentum * squares) / (count - 1);
  });
}

/** A channel's normalisation. */
function channelOf({ buffers, values }: ReferenceCall, c: number) {
  const mean = buffers.statistics![c]!;
  const inverse = buffers.statistics![values.channels! + c]!;
  const scale = buffers.scale?.[c] ?? 1;
  const shift = buffers.shift?.[c] ?? 0;
  const normalized = (at: number) => (buffers.input![at]! - mean) * inverse;
  const output = (at: number) => {
    const y = normalized(at) * scale + shift;
    return values.activation === 1 && y <= 0 ? 0 : y;
  };
  const gradient = (at: number) =>
    values.activation === 1 && !(output(at) > 0) ? 0 : buffers.outputGradient![at]!;
  return { inverse, scale, normalized, output, gradient };
}

function batchNorm(call: ReferenceCall): void {
  forEachChannel(call, (c, places) => {
    const { output } = channelOf(call, c);
    for (const at of places) call.buffers.output![at] = output(at);
  });
}

function batchNormSums(call: ReferenceCall): void {
  const { sums, scaleGradient, shiftGradient } = call.buffers;
  const add = (total: Float64Array | undefined, c: number, value: number) => {
    if (total !== undefined) total[c] = (call.isFirstChunk ? 0 : total[c]!) + value;
  };
  forEachChannel(call, (c, places) => {
    const { gradient, normalized } = channelOf(call, c);
    const product = sum(places.map((at) => gradient(at) * normalized(at)));
    const total = sum(places.map(gradient));
    sums![c] = product;
    sums![call.values.channels! + c] = total;
    add(scaleGradient, c, product);
    add(shiftGradient, c, total);
  });
}

function batchNormGradient(call: ReferenceCall): void {
  const sums = call.buffers.sums!;
  forEachChannel(call, (c, places) => {
    const { gradient, normalized, inverse, scale } = channelOf(call, c);
    const [product, total] = [sums[c]!, sums[call.values.channels! + c]!];
    for (const at of places) {
      const mean = (total + normalized(at) * product) / places.length;
      call.buffers.inputGradient![at] = scale * inverse * (gradient(at) - mean);
    }
  });
}

function batchNormFactors(call: ReferenceCall): void {
  const { mean, variance, scale, shift, factors } = call.buffers;
  const channels = call.values.channels!;
  for (let c = 0; c < channels; c++) {
    const factor = (scale?.[c] ?? 1) / Math.sqrt(variance![c]! + settingsOf(call).epsilon);
    factors![c] = factor;
    factors![channels + c] = (shift?.[c] ?? 0) - mean![c]! * factor;
  }
}

function scaleShift(call: ReferenceCall): void {
  const { input, factors, output } = call.buffers as Record<"input" | "factors" | "output", Float64Array>;
  forEachChannel(call, (c, places) => {
    for (const at of places) {
      const y = input[at]! * factors[c]! + factors[call.values.channels! + c]!;
      output[at] = call.values.activation === 1 && y <= 0 ? 0 : y;
    }
  });
}

function scaleColumns({ buffers, values, isFirstChunk }: ReferenceCall): void {
  if (!isFirstChunk) return;
  const { rows, columns } = values as { rows: number; columns: number };
  for (let column = 0; column < columns; column++) {
    const factor = buffers.factors![column]!;
    for (let row = 0; row < rows; row++) {
      const at = panelIndex(row, column, { rows, columns });
      buffers.scaled![at] = buffers.weight![at]! * factor;
    }
    buffers.shift![column] = (buffers.bias?.[column] ?? 0) * factor + buffers.factors![columns + column]!;
  }
}

export const batchNormKernels = {
  batchStatistics,
  batchNorm,
  batchNormSums,
  batchNormGradient,
  batchNormFactors,
  scaleShift,
  scaleColumns,
};
