import type { ReferenceCall } from "../reference-kernel.ts";

interface PoolValues {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly sizeHeight: number;
  readonly sizeWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly padHeight: number;
  readonly padWidth: number;
  readonly activation: number;
  readonly bins: number;
}

interface Place {
  /** Of the pooled value. */
  readonly output: number;
  /** Of pixel (y, x) of the image, in the same channel. */
  readonly pixel: (y: number, x: number) => number;
  readonly y: number;
  readonly x: number;
}

function forEachOutput({ values, batch }: ReferenceCall, visit: (place: Place) => void): void {
  const { height, width, channels, outHeight, outWidth } = values as unknown as PoolValues;
  for (let b = 0; b < batch; b++) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        for (let c = 0; c < channels; c++) {
          const pixel = (py: number, px: number) => ((b * height + py) * width + px) * channels + c;
          visit({ output: ((b * outHeight + y) * outWidth + x) * channels + c, pixel, y, x });
        }
      }
    }
  }
}

function maxPool(call: ReferenceCall): void {
  const { input, output, winners } = call.buffers as Record<"input" | "output", Float64Array> & {
    winners?: Float64Array;
  };
  const v = call.values as unknown as PoolValues;
  forEachOutput(call, ({ output: at, pixel, y, x }) => {
    let largest = -Infinity;
    let winner = -1;
    for (let i = 0; i < v.sizeHeight * v.sizeWidth; i++) {
      const py = y * v.strideHeight - v.padHeight + Math.floor(i / v.sizeWidth);
      const px = x * v.strideWidth - v.padWidth + (i % v.sizeWidth);
      if (py < 0 || py >= v.height || px < 0 || px >= v.width) continue;
      const value = input[pixel(py, px)]!;
      if (winner >= 0 && !(value > largest) && !Number.isNaN(value)) continue;
      largest = value;
      winner = i;
    }
    output[at] = v.activation === 1 && largest <= 0 ? 0 : largest;
    if (winners !== undefined) winners[at] = v.activation === 1 && !(largest > 0) ? -1 : winner;
  });
}

function maxPoolGradient(call: ReferenceCall): void {
  const { winners, outputGradient, inputGradient } = call.buffers as Record<
    "winners" | "outputGradient" | "inputGradient",
    Float64Array
  >;
  const v = call.values as unknown as PoolValues;
  inputGradient.fill(0, 0, call.batch * v.height * v.width * v.channels);
  forEachOutput(call, ({ output, pixel, y, x }) => {
    const winner = winners[output]!;
    if (winner < 0) return;
    const py = y * v.strideHeight - v.padHeight + Math.floor(winner / v.sizeWidth);
    const px = x * v.strideWidth - v.padWidth + (winner % v.sizeWidth);
    inputGradient[pixel(py, px)]! += outputGradient[output]!;
  });
}

interface Bin {
  readonly first: number;
  readonly end: number;
  /** Pixels that the mean is over. */
  readonly count: number;
}

function binsOf(v: PoolValues, y: number, x: number): { rows: Bin; columns: Bin } {
  const kind = (["windows", "inside", "adaptive"] as const)[v.bins]!;
  if (kind === "adaptive") {
    const bin = (index: number, size: number, bins: number) => {
      const first = Math.floor((index * size) / bins);
      const end = Math.ceil(((index + 1) * size) / bins);
      return { first, end, count: end - first };
    };
    return { rows: bin(y, v.height, v.outHeight), columns: bin(x, v.width, v.outWidth) };
  }
  const bin = (start: number, size: number, pixels: number) => {
    const first = Math.max(0, start);
    const end = Math.min(pixels, start + size);
    return { first, end, count: kind === "windows" ? size : end - first };
  };
  return {
    rows: bin(y * v.strideHeight - v.padHeight, v.sizeHeight, v.height),
    columns: bin(x * v.strideWidth - v.padWidth, v.sizeWidth, v.width),
  };
}

function averagePool(call: ReferenceCall): void {
  forEachOutput(call, ({ output, pixel, y, x }) => {
    const { rows, columns } = binsOf(call.values as unknown as PoolValues, y, x);
    let sum = 0;
    for (let py = rows.first; py < rows.end; py++)
      for (let px = columns.first; px < columns.end; px++) sum += call.buffers.input![pixel(py, px)]!;
    call.buffers.output![output] = sum / (rows.count * columns.count);
  });
}

function averagePoolGradient(call: ReferenceCall): void {
  const { outputGradient, inputGradient } = call.buffers as Record<
    "outputGradient" | "inputGradient",
    Float64Array
  >;
  const v = call.values as unknown as PoolValues;
  inputGradient.fill(0, 0, call.batch * v.height * v.width * v.channels);
  forEachOutput(call, ({ output, pixel, y, x }) => {
    const { rows, columns } = binsOf(v, y, x);
    const share = outputGradient[output]! / (rows.count * columns.count);
    for (let py = rows.first; py < rows.end; py++)
      for (let px = columns.first; px < columns.end; px++) inputGradient[pixel(py, px)]! += share;
  });
}

export const poolKernels = { maxPool, maxPoolGradient, averagePool, averagePoolGradient };
