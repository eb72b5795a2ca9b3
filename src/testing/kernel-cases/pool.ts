import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

/** Of one dimension: pixels, and windows of a size at a stride with a padding. */
type Axis = readonly [pixels: number, size: number, stride: number, padding: number];

const outputsOf = ([pixels, size, stride, padding]: Axis) =>
  Math.floor((pixels + 2 * padding - size) / stride) + 1;

export const poolDimensions = (vertical: Axis, horizontal: Axis, channels: number) => ({
  height: vertical[0],
  width: horizontal[0],
  channels,
  outHeight: outputsOf(vertical),
  outWidth: outputsOf(horizontal),
  sizeHeight: vertical[1],
  sizeWidth: horizontal[1],
  strideHeight: vertical[2],
  strideWidth: horizontal[2],
  padHeight: vertical[3],
  padWidth: horizontal[3],
});

type PoolDimensions = ReturnType<typeof poolDimensions>;

/** The fast path with and without pixels left over, windows that overlap, leave gaps, and reach over the border. */
const windows: readonly PoolDimensions[] = [
  poolDimensions([4, 2, 2, 0], [6, 2, 2, 0], 32),
  poolDimensions([5, 2, 2, 0], [7, 2, 2, 0], 16),
  poolDimensions([5, 2, 2, 1], [4, 2, 2, 1], 16),
  poolDimensions([7, 3, 2, 1], [6, 3, 2, 1], 48),
  poolDimensions([5, 3, 1, 1], [5, 2, 1, 0], 16),
  poolDimensions([9, 2, 4, 0], [8, 3, 3, 1], 16),
  poolDimensions([1, 1, 1, 0], [3, 3, 3, 0], 16),
];

/** Bins of one pixel more or less, that overlap, and more bins than pixels. */
const adaptiveBins: readonly PoolDimensions[] = [
  [4, 4, 1, 1, 48],
  [7, 5, 3, 2, 16],
  [6, 4, 3, 2, 32],
  [2, 3, 5, 3, 16],
].map(([height, width, outHeight, outWidth, channels]) => ({
  ...poolDimensions([height!, 1, 1, 0], [width!, 1, 1, 0], channels!),
  outHeight: outHeight!,
  outWidth: outWidth!,
}));

const nameOf = (d: PoolDimensions) =>
  `${d.height} x ${d.width} x ${d.channels} by ${d.sizeHeight} x ${d.sizeWidth}, stride ${d.strideHeight} x ${d.strideWidth}, padding ${d.padHeight} x ${d.padWidth}, to ${d.outHeight} x ${d.outWidth}`;

const sizesOf = (d: PoolDimensions, chunkSize: number) => ({
  image: chunkSize * d.height * d.width * d.channels,
  pooled: chunkSize * d.outHeight * d.outWidth * d.channels,
});

const batches = [
  { batch: 1, chunkSize: 1 },
  { batch: 5, chunkSize: 3 },
] as const;

/** Every window's winner among its pixels inside the image, or none. */
function winnersOf(d: PoolDimensions, chunkSize: number): Float64Array {
  const chance = normals(sizesOf(d, chunkSize).pooled, "winners");
  return chance.map((number, at) => {
    const pixel = Math.floor(at / d.channels);
    const inside = (output: number, [pixels, size, stride, padding]: Axis) =>
      Array.from({ length: size }, (_, i) => i).filter((i) => {
        const place = output * stride - padding + i;
        return place >= 0 && place < pixels;
      });
    const x = pixel % d.outWidth;
    const y = Math.floor(pixel / d.outWidth) % d.outHeight;
    const rows = inside(y, [d.height, d.sizeHeight, d.strideHeight, d.padHeight]);
    const columns = inside(x, [d.width, d.sizeWidth, d.strideWidth, d.padWidth]);
    const choice = Math.floor(Math.abs(number) * 1000) % (rows.length * columns.length + 1);
    if (choice === rows.length * columns.length) return -1;
    return rows[Math.floor(choice / columns.length)]! * d.sizeWidth + columns[choice % columns.length]!;
  });
}

const averageCases = (kernel: "averagePool" | "averagePoolGradient"): KernelCase[] =>
  (["windows", "inside", "adaptive"] as const).flatMap((bins) =>
    (bins === "adaptive" ? adaptiveBins : windows).flatMap((dimensions) =>
      batches.map((batch) => {
        const { image, pooled } = sizesOf(dimensions, batch.chunkSize);
        const buffers: Readonly<Record<string, Float64Array>> =
          kernel === "averagePool"
            ? { input: normals(image, "input") }
            : { outputGradient: normals(pooled, "output gradient") };
        const name = `${bins}, ${nameOf(dimensions)}, ${batch.batch} examples`;
        return { name, run: { kernel, dimensions, choices: { bins }, ...batch, buffers } };
      }),
    ),
  );

export const poolCasesOf: CasesOf<"maxPool" | "maxPoolGradient" | "averagePool" | "averagePoolGradient"> = {
  maxPool: {
    bound: 0,
    outputs: ["output", "winners"],
    cases: windows.flatMap((dimensions) =>
      batches.flatMap((batch) =>
        ["none", "relu"].flatMap((activation) =>
          [true, false].map((keepsWinners) => ({
            name: `${nameOf(dimensions)}, ${batch.batch} examples, activation ${activation}`,
            run: {
              kernel: "maxPool" as const,
              dimensions,
              choices: { activation },
              ...batch,
              // Few values, so that many are equal.
              buffers: {
                input: normals(sizesOf(dimensions, batch.chunkSize).image, "input").map(Math.round),
              },
              without: keepsWinners ? [] : ["winners"],
            },
          })),
        ),
      ),
    ),
  },
  maxPoolGradient: {
    bound: 2e-15,
    outputs: ["inputGradient"],
    cases: windows.flatMap((dimensions) =>
      batches.map((batch) => ({
        name: `${nameOf(dimensions)}, ${batch.batch} examples`,
        run: {
          kernel: "maxPoolGradient",
          dimensions,
          ...batch,
          buffers: {
            winners: winnersOf(dimensions, batch.chunkSize),
            outputGradient: normals(sizesOf(dimensions, batch.chunkSize).pooled, "output gradient"),
          },
        },
      })),
    ),
  },
  averagePool: { bound: 2e-14, outputs: ["output"], cases: averageCases("averagePool") },
  averagePoolGradient: {
    bound: 2e-14,
    outputs: ["inputGradient"],
    cases: averageCases("averagePoolGradient"),
  },
};
