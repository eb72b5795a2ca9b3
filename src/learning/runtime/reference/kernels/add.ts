import type { ReferenceCall } from "../reference-kernel.ts";

function add({ buffers, values, batch }: ReferenceCall): void {
  const { a, b, output } = buffers as Record<"a" | "b" | "output", Float64Array>;
  for (let i = 0; i < batch * values.stride!; i++) {
    const sum = a[i]! + b[i]!;
    output[i] = values.activation === 1 && sum <= 0 ? 0 : sum;
  }
}

export const addKernels = { add };
