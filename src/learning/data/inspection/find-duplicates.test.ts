import { describe, expect, test } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { dataSchema } from "../document.ts";
import { loadDataset } from "../load-dataset.ts";
import type { Unlabelled } from "./duplicates.ts";
import { duplicatesBetween, duplicatesWithin } from "./find-duplicates.ts";

const { examples } = await loadDataset(dataSchema.parse({ dataset: "digits" }));
const side = 28;
const size = side * side;
const count = 2000;
const digits: Unlabelled = {
  count,
  shape: examples.shape,
  features: examples.features.subarray(0, count * size),
};

type Change = (image: Uint8Array, stream: RandomStream) => ArrayLike<number>;

/** Every 40th of the digits, changed. */
function planted(change: Change): { readonly set: Unlabelled; readonly originals: number[] } {
  const originals = Array.from({ length: count / 40 }, (_, i) => i * 40);
  const features = new Uint8Array(originals.length * size);
  originals.forEach((index, i) => {
    const image = digits.features.slice(index * size, (index + 1) * size) as Uint8Array;
    features.set(change(image, new RandomStream(toSeed(1), "change", i)), i * size);
  });
  return { set: { count: originals.length, shape: digits.shape, features }, originals };
}

const clamped = (values: Iterable<number>) =>
  Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value))));

const moved = (down: number, right: number) => (image: Uint8Array) =>
  Uint8Array.from(image, (_, i) => {
    const [row, column] = [Math.floor(i / side) - down, (i % side) - right];
    const isInside = row >= 0 && row < side && column >= 0 && column < side;
    return isInside ? image[row * side + column]! : 0;
  });

/** Rounds the cosines of 8 x 8 blocks to multiples of `step`, as a JPEG does with all frequencies alike. */
function coarse(image: Uint8Array, step: number): Uint8Array {
  const edge = 4;
  const basis = (u: number, x: number) =>
    Math.cos((Math.PI * u * (x + 0.5)) / edge) * Math.sqrt((u === 0 ? 1 : 2) / edge);
  const out = new Float64Array(size);
  const range = [...Array(edge).keys()];
  for (let top = 0; top < side; top += edge) {
    for (let left = 0; left < side; left += edge) {
      for (const u of range) {
        for (const v of range) {
          let sum = 0;
          for (const y of range) {
            for (const x of range) sum += image[(top + y) * side + left + x]! * basis(u, y) * basis(v, x);
          }
          const kept = Math.round(sum / step) * step;
          for (const y of range) {
            for (const x of range) out[(top + y) * side + left + x]! += kept * basis(u, y) * basis(v, x);
          }
        }
      }
    }
  }
  return clamped(out);
}

describe("images", () => {
  test("copies are found exactly, with the first of their kind", () => {
    const { set, originals } = planted((image) => image);
    expect(duplicatesBetween(digits, set)).toEqual({
      exact: originals.map((first, second) => ({ first, second, distance: 0 })),
      near: [],
      isComplete: true,
    });
  });

  test.each<[string, number, Change]>([
    ["one grey level more", 1, (image) => clamped(image.map((value) => Math.min(255, value + 1)))],
    ["darker by a tenth", 1, (image) => clamped([...image].map((value) => value * 0.9))],
    ["noise", 0.95, (image, stream) => clamped([...image].map((value, i) => value + 4 * stream.normal(i)))],
    ["noise of a compression", 0.95, (image) => coarse(image, 16)],
    ["a pixel to the right", 0.95, moved(0, 1)],
    ["a pixel up and to the left", 0.95, moved(-1, -1)],
  ])("%s: at least %d of them are found, and nothing else", (_, share, change) => {
    const { set, originals } = planted(change);
    const { exact, near } = duplicatesBetween(digits, set);
    const pairs = [...exact, ...near];
    expect(pairs.filter(({ first, second }) => originals[second] !== first)).toEqual([]);
    expect(pairs.length).toBeGreaterThanOrEqual(share * originals.length);
  });

  test("within a set, each pair is found once and in order", () => {
    const { set, originals } = planted(moved(0, 1));
    const features = new Uint8Array(digits.features.length + set.features.length);
    features.set(set.features);
    features.set(digits.features, set.features.length);
    const all = { count: count + set.count, shape: digits.shape, features };
    const { exact, near } = duplicatesWithin(all);
    expect(exact).toEqual([]);
    expect(near.length).toBeGreaterThanOrEqual(0.95 * originals.length);
    for (const { first, second } of near) expect(second).toBe(set.count + originals[first]!);
  });

  test("drawn digits have none, within or to others", () => {
    expect(duplicatesWithin(digits)).toEqual({ exact: [], near: [], isComplete: true });
    const others = { ...digits, features: examples.features.subarray(count * size, 2 * count * size) };
    expect(duplicatesBetween(digits, others)).toEqual({ exact: [], near: [], isComplete: true });
  });

  test("a copy of a copy is paired with the first", () => {
    const features = new Uint8Array(4 * size);
    for (const place of [0, 2, 3]) features.set(digits.features.subarray(0, size), place * size);
    features.set(digits.features.subarray(size, 2 * size), size);
    expect(duplicatesWithin({ count: 4, shape: digits.shape, features })).toEqual({
      exact: [
        { first: 0, second: 2, distance: 0 },
        { first: 0, second: 3, distance: 0 },
      ],
      near: [],
      isComplete: true,
    });
  });

  test("pictures of one colour are equal or not, but never nearly the same", () => {
    const features = Uint8Array.from({ length: 3 * size }, (_, i) => [10, 10, 11][Math.floor(i / size)]!);
    const { exact, near } = duplicatesWithin({ count: 3, shape: digits.shape, features });
    expect(exact).toEqual([{ first: 0, second: 1, distance: 0 }]);
    expect(near).toEqual([]);
  });

  test("large colour images are compared too, a pixel aside and brighter", () => {
    const large = 70;
    const draw = (image: number, dx: number, light: number) =>
      Uint8Array.from({ length: large * large * 3 }, (_, i) => {
        const [y, x, c] = [Math.floor(i / 3 / large), (Math.floor(i / 3) % large) - dx, i % 3];
        return 100 + light + 60 * Math.sin((x * (image + 2)) / 9 + c) * Math.cos((y * (5 - image)) / 11);
      });
    const setOf = (images: Uint8Array[]) => ({
      count: images.length,
      shape: [large, large, 3],
      features: Uint8Array.from(images.flatMap((image) => [...image])),
    });
    const set = setOf([0, 1, 2].map((image) => draw(image, 0, 0)));
    const others = setOf([draw(2, 1, 20), draw(4, 0, 0)]);
    const { near } = duplicatesBetween(set, others);
    expect(near.map(({ first, second }) => [first, second])).toEqual([[2, 0]]);
  });

  test("sets of other shapes have nothing in common", () => {
    const other = { count: 1, shape: [14, 56, 1], features: digits.features.subarray(0, size) };
    expect(duplicatesBetween(digits, other)).toEqual({ exact: [], near: [], isComplete: true });
  });
});

describe("rows of a table", () => {
  const rows = 500;
  const columns = 5;
  const stream = new RandomStream(toSeed(2), "rows");
  const table = (change: (value: number, i: number) => number = (value) => value): Unlabelled => ({
    count: rows,
    shape: [columns],
    features: Float32Array.from({ length: rows * columns }, (_, i) => change(100 + stream.normal(i), i)),
  });

  test("rows that are equal but for less than a measurement are near each other, missing values included", () => {
    const missing = (value: number, i: number) => (i === 3 * columns ? Number.NaN : value);
    const shifted = (value: number, i: number) => missing(value, i) + (i % 2 === 0 ? 5e-5 : -5e-5);
    const { exact, near } = duplicatesBetween(table(missing), table(shifted));
    expect(exact).toEqual([]);
    expect(near.length).toBeGreaterThan(0.9 * rows);
    expect(near.every(({ first, second }) => first === second)).toBe(true);
    expect(near).toContainEqual(expect.objectContaining({ first: 3, second: 3 }));
    const others = table((value) => value + 0.1);
    expect(duplicatesBetween(table(), others).near).toEqual([]);
  });

  test("rows of few different values are equal or not", () => {
    const few = table((value) => Math.round(value));
    const { exact, near } = duplicatesWithin(few);
    expect(exact.length).toBeGreaterThan(10);
    expect(near).toEqual([]);
  });
});
