import type { ReferenceCall } from "../reference-kernel.ts";

interface GroupValues {
  readonly instances: number;
  readonly pixels: number;
  readonly channels: number;
  readonly stride: number;
  readonly groups: number;
  readonly statisticsRow: number;
}

interface Element {
  /** Of the value. */
  readonly at: number;
  /** Of its scale and shift. */
  readonly weight: number;
}

interface Group {
  readonly elements: readonly Element[];
  /** Places of its statistics. */
  readonly mean: number;
  readonly inverse: number;
}

function forEachGroup({ values, batch }: ReferenceCall, visit: (group: Group) => void): void {
  const { instances, pixels, channels, stride, groups, statisticsRow } = values as unknown as GroupValues;
  const width = channels / groups;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < instances; i++) {
      for (let g = 0; g < groups; g++) {
        const elements = Array.from({ length: pixels * width }, (_, index) => {
          const pixel = Math.floor(index / width);
          const channel = g * width + (index % width);
          return {
            at: ((b * instances + i) * pixels + pixel) * stride + channel,
            weight: values.affine === 1 ? pixel * stride + channel : channel,
          };
        });
        const mean = b * statisticsRow + i * groups + g;
        visit({ elements, mean, inverse: mean + instances * groups });
      }
    }
  }
}

/** What is no element of a group is padding. */
function clear({ values, batch }: ReferenceCall, buffer: Float64Array): void {
  const { instances, pixels, stride } = values as unknown as GroupValues;
  buffer.fill(0, 0, batch * instances * pixels * stride);
}

function groupStatistics(call: ReferenceCall): void {
  const { input, statistics } = call.buffers as Record<"input" | "statistics", Float64Array>;
  statistics.fill(0, 0, call.batch * call.values.statisticsRow!);
  forEachGroup(call, (group) => {
    const values = group.elements.map(({ at }) => input[at]!);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    statistics[group.mean] = mean;
    statistics[group.inverse] = 1 / Math.sqrt(variance + call.slots.epsilon![0]!);
  });
}

function groupNorm(call: ReferenceCall): void {
  const { input, statistics, scale, shift, output } = call.buffers as Record<string, Float64Array>;
  clear(call, output!);
  forEachGroup(call, ({ elements, mean, inverse }) => {
    for (const { at, weight } of elements) {
      const normalized = (input![at]! - statistics![mean]!) * statistics![inverse]!;
      const y = normalized * (scale?.[weight] ?? 1) + (shift?.[weight] ?? 0);
      output![at] = call.values.activation === 1 && y <= 0 ? 0 : y;
    }
  });
}

function groupNormGradient(call: ReferenceCall): void {
  const { input, statistics, outputGradient, scale, shift, inputGradient } = call.buffers as Record<
    string,
    Float64Array
  >;
  const { scaleGradient, shiftGradient } = call.buffers;
  clear(call, inputGradient!);
  if (call.isFirstChunk) {
    scaleGradient?.fill(0);
    shiftGradient?.fill(0);
  }
  forEachGroup(call, (group) => {
    const inverse = statistics![group.inverse]!;
    const terms = group.elements.map(({ at, weight }) => {
      const normalized = (input![at]! - statistics![group.mean]!) * inverse;
      const y = normalized * (scale?.[weight] ?? 1) + (shift?.[weight] ?? 0);
      const gradient = call.values.activation === 1 && !(y > 0) ? 0 : outputGradient![at]!;
      if (scaleGradient !== undefined) scaleGradient[weight]! += gradient * normalized;
      if (shiftGradient !== undefined) shiftGradient[weight]! += gradient;
      return { at, normalized, scaled: gradient * (scale?.[weight] ?? 1) };
    });
    const mean = terms.reduce((sum, { scaled }) => sum + scaled, 0) / terms.length;
    const product =
      terms.reduce((sum, { scaled, normalized }) => sum + scaled * normalized, 0) / terms.length;
    for (const { at, normalized, scaled } of terms) {
      inputGradient![at] = inverse * (scaled - mean - normalized * product);
    }
  });
}

export const groupNormKernels = { groupStatistics, groupNorm, groupNormGradient };
