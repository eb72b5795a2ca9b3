/**
 * What is drawn, read back from 10,000 augmented images. Each image tells its own coordinates, so that what became of it is
 * the map that was drawn: values between pixels are exact for a slope.
 */
import { describe, expect, it } from "vitest";

import { augmented, imageSplits } from "../../testing/image-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";

const runtime = await loadRuntime();
const count = 10_000;
const size = 9;
const middle = (size - 1) / 2;

/** Values (x, y) at each pixel, from the centre. */
const coordinates = Array.from({ length: size * size }, (_, at) => [
  (at % size) - middle,
  Math.floor(at / size) - middle,
]).flat();
const slopes = imageSplits(
  Array.from({ length: count }, () => coordinates),
  { shape: [size, size, 2], source: "floats" },
);

interface DrawnMap {
  /** Where the centre of the new image lies in the old one. */
  readonly x: number;
  readonly y: number;
  /** Change from pixel to pixel along x and along y. */
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
}

function drawnMaps(augmentation: object): DrawnMap[] {
  const values = augmented(slopes, { augmentation: { fill: "edge", ...augmentation }, runtime });
  return Array.from({ length: count }, (_, image) => {
    const read = (dx: number, dy: number) => {
      const at = (image * size * size + (middle + dy) * size + middle + dx) * 2;
      return [values[at]!, values[at + 1]!] as const;
    };
    const [[x, y], [rightX, rightY], [belowX, belowY]] = [read(0, 0), read(1, 0), read(0, 1)];
    return { x, y, xx: rightX - x, xy: belowX - x, yx: rightY - y, yy: belowY - y };
  });
}

/** The largest distance of the draws' distribution from the uniform one stays within that of 99.9 % of uniform samples. */
function expectUniform(draws: readonly number[], low: number, high: number): void {
  const sorted = draws.toSorted((a, b) => a - b);
  const distance = sorted.reduce(
    (largest, draw, index) =>
      Math.max(largest, Math.abs((draw - low) / (high - low) - (index + 0.5) / sorted.length)),
    0,
  );
  expect(distance).toBeLessThan(1.95 / Math.sqrt(sorted.length));
}

/** Counts of equally likely whole numbers from low to high, by the 99.9 % quantile of chi square (Wilson, Hilferty). */
function expectEqualCounts(draws: readonly number[], low: number, high: number): void {
  const cells = high - low + 1;
  const counts = new Array<number>(cells).fill(0);
  for (const draw of draws) counts[Math.round(draw) - low]!++;
  const expected = draws.length / cells;
  const chiSquare = counts.reduce((sum, hits) => sum + (hits - expected) ** 2 / expected, 0);
  const freedom = cells - 1;
  const limit = freedom * (1 - 2 / (9 * freedom) + 3.09 * Math.sqrt(2 / (9 * freedom))) ** 3;
  expect(chiSquare).toBeLessThan(limit);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const moment = (x: readonly number[], y: readonly number[], meanX: number, meanY: number) =>
    mean(x.map((value, index) => (value - meanX) * (y[index]! - meanY)));
  return moment(a, b, meanA, meanB) / Math.sqrt(moment(a, a, meanA, meanA) * moment(b, b, meanB, meanB));
}

const degreesOf = ({ xx, yx }: DrawnMap) => (Math.atan2(yx, xx) * 180) / Math.PI;

describe(`${count} draws`, () => {
  it("of rotation are uniform over the angles", () => {
    expectUniform(drawnMaps({ rotation: { degrees: 30 } }).map(degreesOf), -30, 30);
    expectUniform(drawnMaps({ rotation: { degrees: [10, 20] } }).map(degreesOf), 10, 20);
  });

  it("of shift are uniform in both directions, which are independent", () => {
    const maps = drawnMaps({ shift: { horizontal: 1 / 3, vertical: [0, 1 / 9] } });
    const [x, y] = [maps.map((map) => -map.x), maps.map((map) => -map.y)];
    expectUniform(x, -3, 3);
    expectUniform(y, 0, 1);
    expect(Math.abs(correlation(x, y))).toBeLessThan(4 / Math.sqrt(count));
  });

  it("of zoom and shear are uniform", () => {
    expectUniform(
      drawnMaps({ zoom: { factor: 0.3 } }).map(({ xx }) => 1 / xx),
      0.7,
      1.3,
    );
    const leans = drawnMaps({ shear: { horizontal: 20 } });
    expectUniform(
      leans.map(({ xy }) => (Math.atan(xy) * 180) / Math.PI),
      -20,
      20,
    );
  });

  it("of a resized crop have the area, the ratio and the place of RandomResizedCrop", () => {
    const area = drawnMaps({ resizedCrop: { area: 0.3, ratio: 1 } });
    expectUniform(
      area.map(({ xx, yy }) => xx * yy),
      0.3,
      1,
    );
    const inRoom = ({ x, xx }: DrawnMap) => x / ((1 - xx) * size) + 0.5;
    expectUniform(area.map(inRoom), 0, 1);
    // Boxes of at most half of the area always fit.
    const ratio = drawnMaps({ resizedCrop: { area: [0.3, 0.5], ratio: 1.5 } });
    expectUniform(
      ratio.map(({ xx, yy }) => Math.log(xx / yy)),
      -Math.log(1.5),
      Math.log(1.5),
    );
    // Those that do not fit are drawn again: a share of all areas below 1 for the widest boxes.
    const whole = drawnMaps({ resizedCrop: { area: 0.3, ratio: 2 } });
    expect(whole.every(({ xx, yy }) => xx < 1 + 1e-5 && yy < 1 + 1e-5)).toBe(true);
  });

  it("of a padded crop are all shifts, equally often", () => {
    const maps = drawnMaps({ paddedCrop: { padding: 2 } });
    expectEqualCounts(
      maps.map(({ x, y }) => 5 * x + y),
      -12,
      12,
    );
  });

  it("of flips, of both kinds and together, come as often as they should", () => {
    const maps = drawnMaps({ horizontalFlip: { probability: 0.3 }, verticalFlip: {} });
    const share = (kept: (map: DrawnMap) => boolean) => maps.filter(kept).length / count;
    // Four standard deviations.
    expect(Math.abs(share(({ xx }) => xx < 0) - 0.3)).toBeLessThan(0.02);
    expect(Math.abs(share(({ yy }) => yy < 0) - 0.5)).toBeLessThan(0.02);
    expect(Math.abs(share(({ xx, yy }) => xx < 0 && yy < 0) - 0.15)).toBeLessThan(0.02);
  });

  it("of brightness are uniform and independent of the rotation", () => {
    const maps = drawnMaps({ rotation: { degrees: 20 }, brightness: { factor: 0.4 } });
    const factors = maps.map(({ xx, yx }) => Math.hypot(xx, yx));
    expectUniform(factors, 0.6, 1.4);
    expect(Math.abs(correlation(maps.map(degreesOf), factors))).toBeLessThan(4 / Math.sqrt(count));
  });

  it("of noise have the moments of the normal distribution, from pixel to pixel anew", () => {
    const shape = [10, 10, 1] as const;
    const grey = imageSplits(
      Array.from({ length: 1000 }, () => new Float32Array(100).fill(0.5)),
      { shape, source: "floats" },
    );
    const values = augmented(grey, { augmentation: { gaussianNoise: { deviation: 0.1 } }, runtime });
    const normal = Array.from(values, (value) => (value - 0.5) / 0.1);
    const moment = (power: number) => normal.reduce((sum, x) => sum + x ** power, 0) / normal.length;
    // Variances of x, x^2, x^3, x^4: 1, 2, 15, 96.
    const expected = [0, 1, 0, 3];
    [1, 2, 15, 96].forEach((variance, index) => {
      expect(Math.abs(moment(index + 1) - expected[index]!)).toBeLessThan(
        4 * Math.sqrt(variance / normal.length),
      );
    });
    for (const distance of [1, 2, 16, 64, 100]) {
      const pairs = normal.slice(distance).reduce((sum, x, at) => sum + x * normal[at]!, 0);
      expect(Math.abs(pairs / normal.length)).toBeLessThan(4 / Math.sqrt(normal.length));
    }
  });

  it("of erased boxes are everywhere, equally often", () => {
    const white = imageSplits(
      Array.from({ length: count }, () => new Uint8Array(64).fill(255)),
      { shape: [8, 8, 1] },
    );
    const erase = { area: [4 / 64, 4 / 64], ratio: 1, probability: 1 };
    const values = augmented(white, { augmentation: { randomErasing: erase }, runtime });
    const corners = Array.from({ length: count }, (_, image) =>
      values.subarray(image * 64, (image + 1) * 64).indexOf(0),
    );
    expectEqualCounts(
      corners.map((at) => 7 * Math.floor(at / 8) + (at % 8)),
      0,
      48,
    );
  });
});
