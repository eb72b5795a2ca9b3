import { augmentPrimitiveValues, padFeatures, type AugmentPrimitive } from "../../learning/plan/index.ts";
import { normals, type CasesOf, type KernelCase } from "./kernel-case.ts";

const still = {
  turnsLow: 0,
  turnsHigh: 0,
  shiftXLow: 0,
  shiftXHigh: 0,
  shiftYLow: 0,
  shiftYHigh: 0,
  zoomLow: 1,
  zoomHigh: 1,
  shearXLow: 0,
  shearXHigh: 0,
  shearYLow: 0,
  shearYHigh: 0,
};

const kinds: readonly Pick<AugmentPrimitive, "kind" | "settings">[] = [
  { kind: "flip", settings: { isVertical: 0 } },
  { kind: "flip", settings: { isVertical: 1 } },
  { kind: "affine", settings: { ...still, turnsLow: -0.3, turnsHigh: 0.4 } },
  { kind: "affine", settings: { ...still, turnsLow: 0.25, turnsHigh: 0.25 } },
  {
    kind: "affine",
    settings: {
      ...still,
      shiftXLow: -2.5,
      shiftXHigh: 3,
      shiftYLow: -1,
      shiftYHigh: 2,
      zoomLow: 0.5,
      zoomHigh: 2,
    },
  },
  {
    kind: "affine",
    settings: { ...still, shearXLow: -0.2, shearXHigh: 0.2, shearYLow: -0.1, shearYHigh: 0.1 },
  },
  { kind: "jitter", settings: { pixels: 3 } },
  { kind: "crop", settings: { areaLow: 0.08, areaHigh: 1, logRatioLow: -0.3, logRatioHigh: 0.3 } },
  // Never fits: the largest box in the middle.
  { kind: "crop", settings: { areaLow: 1, areaHigh: 1, logRatioLow: 2, logRatioHigh: 2.1 } },
  { kind: "brightness", settings: { low: 0.5, high: 1.5 } },
  { kind: "contrast", settings: { low: 0, high: 2 } },
  { kind: "noise", settings: { deviation: 0.2 } },
  {
    kind: "erase",
    settings: { areaLow: 0.02, areaHigh: 0.5, logRatioLow: -1, logRatioHigh: 1, isNoise: 0, fill: 0.5 },
  },
  {
    kind: "erase",
    settings: { areaLow: 0.1, areaHigh: 0.9, logRatioLow: -1, logRatioHigh: 1, isNoise: 1, fill: 0 },
  },
];

const program = kinds.map((one, stream) => ({ ...one, probability: 1, stream }) as AugmentPrimitive);

const programs: readonly (readonly [name: string, primitives: readonly AugmentPrimitive[]])[] = [
  ...program.map((one, index) => [`${index} ${one.kind}`, [one]] as const),
  ["nothing", [{ ...program[3]!, probability: 0 }]],
  ["mirrored and moved", [program[0]!, program[6]!]],
  [
    "all",
    // One crop ends what moves pixels.
    program.filter((_, index) => index !== 8).map((one) => ({ ...one, probability: 0.6 })),
  ],
];

const shapes: readonly (readonly [height: number, width: number, channels: number])[] = [
  [1, 1, 1],
  [5, 3, 2],
  [9, 20, 1],
  [28, 28, 1],
  [12, 17, 3],
];

function cases(source: "bytes" | "floats", isEdge: 0 | 1): KernelCase[] {
  return shapes.flatMap(([height, width, channels], shape) =>
    programs.map(([name, primitives]) => {
      const size = height * width * channels;
      const count = 8;
      const content = normals(count * size, "examples");
      const [batch, chunkSize] = shape % 2 === 0 ? [7, 3] : [4, 4];
      return {
        name: `${name}, ${source} [${height}, ${width}, ${channels}], ${isEdge === 1 ? "edge" : "value"} outside`,
        run: {
          kernel: "gatherAugmented",
          dimensions: { height, width, channels, stride: padFeatures(size), primitives: primitives.length },
          choices: { source },
          // Bytes by one scale, floats by one for each feature.
          ...(source === "bytes"
            ? { without: ["featureScaling"] }
            : { buffers: { featureScaling: normals(2 * padFeatures(size), "scaling") } }),
          batch,
          chunkSize,
          slots: {
            program: primitives.flatMap((one) => [...augmentPrimitiveValues(one)]),
            fill: [isEdge, 0.3],
            key: [0xdeadbeef, 0x89abcdef],
            epoch: [3],
            scaling: [1 / 255, -0.5],
          },
          examples: {
            features:
              source === "bytes"
                ? Uint8Array.from(content, (x) => Math.abs(x) * 80)
                : Float32Array.from(content, (x) => x * 100),
            labels: new Uint8Array(count),
          },
          order: Int32Array.from({ length: batch }, (_, index) => (index * 3) % count),
        },
      };
    }),
  );
}

export const augmentCasesOf: CasesOf<"gatherAugmented"> = {
  gatherAugmented: {
    bound: 2e-12,
    outputs: ["output"],
    cases: [...cases("bytes", 0), ...cases("floats", 1)],
  },
};
