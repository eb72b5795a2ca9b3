import type { ReferenceCall } from "../reference-kernel.ts";

function absoluteSum({ buffers, slots, values }: ReferenceCall): void {
  for (let i = 0; i < values.count!; i++) slots.total![0]! += Math.abs(buffers.values![i]!);
}

export const measureKernels = { absoluteSum };
