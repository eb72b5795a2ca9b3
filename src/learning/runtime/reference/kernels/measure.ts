import type { ReferenceCall } from "../reference-kernel.ts";

const sumOf = (values: Float64Array, of: (value: number) => number) =>
  values.reduce((sum, value) => sum + of(value), 0);

function absoluteSum({ buffers, slots, values: { count } }: ReferenceCall): void {
  slots.total![0]! += sumOf(buffers.values!.subarray(0, count), Math.abs);
}

function magnitudes(call: ReferenceCall): void {
  absoluteSum(call);
  const values = call.buffers.values!.subarray(0, call.values.count);
  call.slots.norm![0]! += Math.sqrt(sumOf(values, (value) => value * value));
}

function rowMagnitudes({ buffers, slots, values: { count } }: ReferenceCall): void {
  const { magnitude, squares } = buffers as Record<"magnitude" | "squares", Float64Array>;
  slots.total![0]! += sumOf(magnitude.subarray(0, count), Math.abs);
  slots.norm![0]! += Math.sqrt(sumOf(squares.subarray(0, count), (value) => value)) * squares[count!]!;
}

/** In the order of the kernel's choices. */
const isSaturated: readonly ((value: number) => boolean)[] = [
  () => false,
  (value) => value < Math.fround(0.05) || value > Math.fround(0.95),
  (value) => Math.abs(value) > Math.fround(0.9),
];

function activationStatistics({ buffers, slots, values, batch }: ReferenceCall): void {
  const { runs, features, stride, range } = values as Record<string, number>;
  const { largest } = buffers as { largest: Float64Array };
  const totals = slots.totals!;
  for (let row = 0; row < batch * runs!; row++) {
    for (let column = 0; column < features!; column++) {
      const value = buffers.values![row * stride! + column]!;
      totals[0]! += value;
      totals[1]! += Math.abs(value);
      totals[2]! += value * value;
      totals[3]! += Number(isSaturated[range!]!(value));
      if (Math.abs(value) > largest[column]!) largest[column] = Math.abs(value);
    }
  }
}

function countBits(values: Float64Array, slots: ReferenceCall["slots"]): void {
  if (slots.isOn![0] !== 1) return;
  const bits = new Uint32Array(Float32Array.from(values).buffer);
  for (const one of bits) slots.counts![one >>> 23]! += 1;
}

function histogramOfBatch({ buffers, slots, values: { stride }, batch }: ReferenceCall): void {
  countBits(buffers.values!.subarray(0, batch * stride!), slots);
}

function histogramOfWhole({ buffers, slots, values }: ReferenceCall): void {
  countBits(buffers.values!.subarray(0, values.count), slots);
}

export const measureKernels = {
  absoluteSum,
  magnitudes,
  rowMagnitudes,
  activationStatistics,
  histogramOfBatch,
  histogramOfWhole,
};
