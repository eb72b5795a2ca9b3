import type { ReferenceCall } from "../reference-kernel.ts";

function softmaxForward({ buffers, values, batch }: ReferenceCall): void {
  const { runs, features, stride } = values as Record<"runs" | "features" | "stride", number>;
  for (let row = 0; row < batch * runs; row++) {
    const input = buffers.input!.subarray(row * stride, row * stride + features);
    const output = buffers.output!.subarray(row * stride, (row + 1) * stride);
    const maximum = input.reduce((a, b) => Math.max(a, b));
    const exponentials = input.map((x) => Math.exp(x - maximum));
    const sum = exponentials.reduce((a, b) => a + b);
    output.fill(0);
    output.set(exponentials.map((x) => x / sum));
  }
}

function softmaxGradient({ buffers, values, batch }: ReferenceCall): void {
  const { runs, features, stride } = values as Record<"runs" | "features" | "stride", number>;
  for (let row = 0; row < batch * runs; row++) {
    const y = buffers.output!.subarray(row * stride, row * stride + features);
    const gradient = buffers.outputGradient!.subarray(row * stride, row * stride + features);
    const result = buffers.inputGradient!.subarray(row * stride, (row + 1) * stride);
    const mean = y.reduce((sum, value, i) => sum + value * gradient[i]!, 0);
    result.fill(0);
    result.set(y.map((value, i) => value * (gradient[i]! - mean)));
  }
}

export const softmaxKernels = { softmaxForward, softmaxGradient };
