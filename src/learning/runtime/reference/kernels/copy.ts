import type { ReferenceCall } from "../reference-kernel.ts";

function copyRuns({ buffers, values, batch }: ReferenceCall): void {
  const place = (element: number, run: number, stride: number) =>
    Math.floor(element / run) * stride + (element % run);
  for (let row = 0; row < batch; row++) {
    const output = buffers.output!.subarray(row * values.outputRow!, (row + 1) * values.outputRow!);
    output.fill(0);
    for (let element = 0; element < values.elements!; element++) {
      const from = place(element, values.inputRun!, values.inputStride!);
      const to = place(element, values.outputRun!, values.outputStride!);
      output[to] = buffers.input![row * values.inputRow! + from]!;
    }
  }
}

export const copyKernels = { copyRuns };
