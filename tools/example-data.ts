/**
 * The data of the examples, which the project draws itself: functions of seeds, so that whoever doubts a file can make it again.
 * `node tools/write-example-data.ts` writes them.
 */
import { RandomStream, toSeed } from "../src/base/index.ts";
import { idxHeader } from "../src/learning/data/idx.ts";
import { npyFile } from "../src/testing/npy-fixture.ts";

const streamOf = (...names: string[]) => new RandomStream(toSeed(0), "example data", ...names);

const beds = 900;
const soils = [
  ["clay", -0.6],
  ["loam", 0.8],
  ["sand", -0.2],
] as const;
const varieties = [
  ["Amber", 0.3],
  ["Bella", -0.4],
  ["Cora", 0.1],
  ["Duke", 0],
] as const;

/**
 * A table of beds in a greenhouse that does not exist. With light in hours, water in litres, warmth in degrees Celsius
 *
 *   score = 0.5 (light - 10) - ((water - 12) / 4)^2 - ((warmth - 22) / 5)^2 + soil + variety + noise / 4
 *
 * and the harvest is good above 0.2, poor below -1.3, else fair. About one cell of light, warmth and soil in 20 is missing.
 */
export function greenhouse(): string {
  const rows = Array.from({ length: beds }, (_, bed) => {
    const draw = streamOf("greenhouse", String(bed));
    const [first, second, third, fourth, fifth] = [0, 1, 2, 3, 4].map((place) => draw.uniform(place));
    const light = 8 + 5 * first!;
    const water = 6 + 12 * second!;
    const warmth = 15 + 14 * third!;
    const [soil, bySoil] = soils[Math.floor(3 * fourth!)]!;
    const [variety, byVariety] = varieties[Math.floor(4 * fifth!)]!;
    const noise = streamOf("greenhouse", String(bed), "noise").normal(0);
    const score =
      0.5 * (light - 10) -
      ((water - 12) / 4) ** 2 -
      ((warmth - 22) / 5) ** 2 +
      bySoil +
      byVariety +
      noise / 4;
    const harvest = score > 0.2 ? "good" : score < -1.3 ? "poor" : "fair";
    const orGap = (cell: string, place: number) => (draw.uniform(place) < 0.05 ? "" : cell);
    const cells = [orGap(light.toFixed(1), 5), water.toFixed(1), orGap(warmth.toFixed(1), 6), orGap(soil, 7)];
    return [`B${bed + 1}`, ...cells, variety, harvest].join(",");
  });
  return `bed,light,water,warmth,soil,variety,harvest\n${rows.join("\n")}\n`;
}

const strokeCount = 720;
const testStrokeCount = 240;
const size = 8;
/** Which pixels a stroke of a kind covers when it is shifted by `shift` from the middle. */
const strokes: readonly ((row: number, column: number, shift: number) => boolean)[] = [
  (row, _, shift) => row === 3 + shift,
  (_, column, shift) => column === 3 + shift,
  (row, column, shift) => row - column === shift,
  (row, column, shift) => row + column === 7 + shift,
];

interface Strokes {
  /** [count, size, size] */
  readonly images: Uint8Array;
  /** [count] */
  readonly labels: Uint8Array;
}

/**
 * Grey images of one stroke each, lying, upright, falling or rising, shifted by up to 3 pixels. Pixels of a stroke are 150
 * to 255, and the others are noise from 0 to 119.
 */
function drawStrokes(count: number, first = 0): Strokes {
  const images = new Uint8Array(count * size * size);
  const labels = Uint8Array.from({ length: count }, (_, index) => index % strokes.length);
  labels.forEach((label, index) => {
    const draw = streamOf("strokes", String(first + index));
    const shift = Math.floor(7 * draw.uniform(size * size)) - 3;
    for (let pixel = 0; pixel < size * size; pixel++) {
      const isStroke = strokes[label]!(Math.floor(pixel / size), pixel % size, shift);
      const grey = draw.uniform(pixel);
      images[index * size * size + pixel] = Math.floor(isStroke ? 150 + 106 * grey : 120 * grey);
    }
  });
  return { images, labels };
}

/** An IDX file of unsigned bytes. */
function idxFile(dimensions: readonly number[], values: Uint8Array): Uint8Array {
  return Buffer.concat([idxHeader(dimensions), values]);
}

/** Names below `examples/data/`, with what is in them. */
export function exampleData(): Readonly<Record<string, Uint8Array>> {
  const { images, labels } = drawStrokes(strokeCount);
  const test = drawStrokes(testStrokeCount, strokeCount);
  return {
    "greenhouse.csv": Buffer.from(greenhouse()),
    "stroke-images.npy": npyFile({ type: "|u1", shape: [strokeCount, size, size], values: images }),
    "stroke-labels.npy": npyFile({ type: "|u1", shape: [strokeCount], values: labels }),
    "stroke-images-idx3-ubyte": idxFile([strokeCount, size, size], images),
    "stroke-labels-idx1-ubyte": idxFile([strokeCount], labels),
    "stroke-test-images-idx3-ubyte": idxFile([testStrokeCount, size, size], test.images),
    "stroke-test-labels-idx1-ubyte": idxFile([testStrokeCount], test.labels),
  };
}
