import { RandomStream, toSeed } from "../../base/index.ts";
import { augmentPrimitiveValues, mixFloats, mixQuantiles, padFeatures } from "../../learning/plan/index.ts";
import { batches, normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

/** From 1/2 to 1. */
const quantiles = Array.from(
  { length: mixQuantiles },
  (_, place) => 0.5 + (place / (mixQuantiles - 1)) ** 2 / 2,
);

/**
 * Mixtures as `drawMixes` writes them: of every third example none, of others by share, of others by a box.
 *
 * @param size height and width that boxes are cut from
 */
export function mixesOf(
  examples: number,
  { count, size = [1, 1] }: { count: number; size?: readonly [number, number] },
): Float64Array {
  const stream = new RandomStream(toSeed(3), "mixtures");
  const [height, width] = size;
  const mixes = Array.from({ length: examples }, (_, row) => {
    const partner = stream.integerBelow(count, 4 * row);
    const share = Math.fround(stream.uniform(4 * row + 1) / 2);
    const [left, top] = [stream.integerBelow(width, 4 * row + 2), stream.integerBelow(height, 4 * row + 3)];
    const none = Array.from({ length: mixFloats }, () => 0);
    if (row % 3 === 0) return none;
    if (row % 3 === 1) return [0, partner, share, 0, 0, 0, 0, 0];
    return [0, partner, share, 1, left, top, width, Math.min(height, top + 3)];
  });
  return Float64Array.from(mixes.flat());
}

const drawCases: KernelCase[] = batches.flatMap(([batch, chunkSize]) =>
  [
    [1, 0],
    [0, 1],
    [0.5, 0.7],
  ].map((probabilities) => ({
    name: `${batch} examples by ${chunkSize}, probabilities ${probabilities.join(" and ")}`,
    run: {
      kernel: "drawMixes",
      dimensions: { examples: batch, height: 9, width: 20 },
      batch,
      chunkSize,
      buffers: { mixes: normals(batch * mixFloats, "old content") },
      slots: {
        probabilities,
        mixupQuantiles: quantiles,
        cutmixQuantiles: quantiles.map((value) => 0.25 + value / 2),
        key: [0xdeadbeef, 0x89abcdef],
        epoch: [3],
      },
      examples: {
        features: new Uint8Array(batch),
        labels: new Uint8Array(batch),
        partners: Int32Array.of(5, 70_000, 2, 1_000_001),
      },
    },
  })),
);

const shapes: readonly (readonly [height: number, width: number, channels: number])[] = [
  [1, 1, 1],
  [1, 1, 33],
  [9, 20, 1],
  [12, 17, 3],
];

const flip = augmentPrimitiveValues({
  kind: "flip",
  settings: { isVertical: 0 },
  probability: 0.5,
  stream: 1,
});

const featureCases: KernelCase[] = shapes.flatMap(([height, width, channels]) =>
  (["bytes", "floats"] as const).flatMap((source) =>
    [true, false].flatMap((isScaledByFeature) =>
      [true, false].flatMap((isAugmented): KernelCase => {
        const [batch, chunkSize] = [7, 3];
        const size = height * width * channels;
        const stride = padFeatures(size);
        const count = batch + 3;
        const content = normals(count * size, "examples");
        return {
          name: `${source} [${height}, ${width}, ${channels}]${isScaledByFeature ? ", scaled by feature" : ""}${isAugmented ? ", augmented" : ""}`,
          run: {
            kernel: "mixFeatures",
            dimensions: { examples: batch, height, width, channels, stride, primitives: isAugmented ? 1 : 0 },
            choices: { source },
            without: [
              ...(isScaledByFeature ? [] : ["featureScaling"]),
              ...(isAugmented ? [] : ["augmented"]),
            ],
            batch,
            chunkSize,
            buffers: {
              mixes: mixesOf(batch, { count, size: [height, width] }),
              // Padding is 0.
              features: normals(chunkSize * stride, "features").map((x, at) => (at % stride < size ? x : 0)),
              featureScaling: normals(2 * stride, "scaling"),
            },
            slots: {
              program: isAugmented ? [...flip] : [],
              fill: [0, 0.3],
              key: [0xdeadbeef, 0x89abcdef],
              epoch: [3],
              scaling: [1 / 255, -0.5],
            },
            examples: {
              features:
                source === "bytes"
                  ? Uint8Array.from(content, (x) => Math.abs(x) * 80)
                  : Float32Array.from(content),
              labels: new Uint8Array(count),
            },
          },
        };
      }),
    ),
  ),
);

export const mixCasesOf: CasesOf<"drawMixes" | "mixFeatures"> = {
  drawMixes: { bound: 1e-14, outputs: ["mixes"], cases: drawCases },
  mixFeatures: { bound: 2e-14, outputs: ["features"], cases: featureCases },
};
