import { describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { dataSchema } from "../document.ts";
import { openTestSplit } from "../open-test-split.ts";
import { datasetSource, type DatasetInput } from "./registry.ts";

const sourceOf = (dataset: DatasetInput) => datasetSource(dataSchema.parse({ dataset }).dataset)!;

async function load(dataset: DatasetInput) {
  const { examples, test: locked } = await sourceOf(dataset).load({});
  const points = Array.from({ length: examples.count }, (_, i) => ({
    x: examples.features[2 * i]!,
    y: examples.features[2 * i + 1]!,
    label: examples.labels[i]!,
  }));
  return { points, examples, locked: locked! };
}

/** The names of the bytes, which documents rest on, on every machine: of the examples and of the test split. */
const golden = {
  regions: [
    "272a4641bdb154b8edf117ca87c0c686b7ef4e568f59e23bcff0b091f76461b8",
    "ddeb7296a19d9a41742491cd5644b17ff8215c5c1bd572abc4ea612bc3b8a167",
  ],
  spirals: [
    "ab1c4c81be6bb643cc9c26cdca8a85dfc9ec83bfef045c8340d9596bfb1d2902",
    "bb563f333a5cd397f4cc1ad0ee2d3146167524d89c2d81074f0e48d3b349ac98",
  ],
  moons: [
    "c8f2ab52a15a5fbb3d5d22d5d25323584af6ffac6a9f8b4906114d19a323edea",
    "240a44e62ffab60e9ec3ae3884fc49cdc928fc350ed0615525520965628c8f23",
  ],
  circles: [
    "078e9e44df9f43e5e3ff93ed7f413d5219b99af3658d34b34fc4522f05ed7e80",
    "9e8f6b8041d8cf2d6582c499d6661a6a930ab39e3a77e199eda95efdbacb3d3e",
  ],
  blobs: [
    "d30417775246584c5ade5cefe7458fc305bad6d61ae5fa891a73bbecc709814a",
    "09078c7e1872ce8e46f9d0411b3da24c39dc1ab0d99791d49dd7a8c294f94c39",
  ],
  checkerboard: [
    "78b9cf98526994950201df1cfeac81fc0428e8239226b08fc8c156f433339832",
    "9f268ae268538911659a38ddcc0d3825ccfbfbd5364d4980570f41f7ff94568e",
  ],
} as const;

for (const [name, hashes] of Object.entries(golden) as [keyof typeof golden, readonly string[]][]) {
  describe(name, () => {
    datasetSourceContract({ create: () => sourceOf(name), options: () => ({}) });
    datasetSourceContract({
      create: () => sourceOf({ kind: name, count: 50, noise: 0, seed: 3 }),
      options: () => ({}),
    });

    test("the numbers never change", async () => {
      const dataset = await sourceOf(name).load({});
      const { opening } = await openTestSplit(dataset.test!, { purpose: "golden bytes", now: 0 });
      expect([dataset.contentHash, opening.contentHash]).toEqual(hashes);
    });

    test("every class occurs, and the test split holds other points", async () => {
      const { points, locked } = await load(name);
      const { facts } = sourceOf(name);
      const classes = facts!.task.kind === "classification" ? facts!.task.classes.length : 0;
      expect(new Set(points.map(({ label }) => label)).size).toBe(classes);
      const { examples } = await openTestSplit(locked, { purpose: "overlap", now: 0 });
      expect(examples.count).toBe(1000);
      const seen = new Set(points.map(({ x, y }) => `${x} ${y}`));
      const hidden = Array.from({ length: 1000 }, (_, i) =>
        examples.features.slice(2 * i, 2 * i + 2).join(" "),
      );
      expect(hidden.some((point) => seen.has(point))).toBe(false);
    });

    test("more points begin with the fewer, another seed has others, and noise moves them alone", async () => {
      const few = await load({ kind: name, count: 100 });
      const more = await load({ kind: name, count: 200 });
      expect(more.points.slice(0, 100)).toEqual(few.points);
      const other = await load({ kind: name, count: 100, seed: 1 });
      expect(other.points).not.toEqual(few.points);
      const still = await load({ kind: name, count: 100, noise: 0 });
      expect(still.examples.labels).toEqual(few.examples.labels);
      expect(still.points).not.toEqual(few.points);
    });
  });
}

describe("without noise", () => {
  const radius = ({ x, y }: { x: number; y: number }) => Math.hypot(x, y);

  test("circles have the radii asked for", async () => {
    const { points } = await load({ kind: "circles", noise: 0, inner: 0.3, count: 100 });
    for (const point of points) expect(radius(point)).toBeCloseTo(point.label === 0 ? 1 : 0.3, 6);
  });

  test("moons are half-circles of radius 1 around (0, 0) and (1, 0.5)", async () => {
    const { points } = await load({ kind: "moons", noise: 0, count: 100 });
    for (const { x, y, label } of points) {
      const [fromX, fromY] = label === 0 ? [x, y] : [1 - x, 0.5 - y];
      expect(Math.hypot(fromX, fromY)).toBeCloseTo(1, 6);
      expect(fromY).toBeGreaterThan(-1e-6);
    }
  });

  test("spiral arms turn as often as asked for", async () => {
    const { points } = await load({ kind: "spirals", noise: 0, classes: 3, turns: 2, count: 300 });
    for (const point of points) {
      const turns = Math.atan2(point.y, point.x) / (2 * Math.PI) - point.label / 3 - 2 * radius(point);
      expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-5);
    }
  });

  test("squares of the checkerboard alternate", async () => {
    const { points } = await load({ kind: "checkerboard", noise: 0, squares: 6, count: 500 });
    for (const { x, y, label } of points) {
      expect((Math.floor((x + 1) * 3) + Math.floor((y + 1) * 3)) % 2).toBe(label);
    }
  });

  test("blobs are their centres, and noise is their width", async () => {
    const { points } = await load({ kind: "blobs", noise: 0, classes: 4, count: 40 });
    for (const point of points) expect(radius(point)).toBeCloseTo(1, 6);
    const wide = await load({ kind: "blobs", noise: 0.4 });
    const errors = wide.points.map(({ x, label }) => x - [1, 0, -1, 0][label]!);
    const variance = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
    // Three standard errors of 4,000 points.
    expect(Math.abs(variance / 0.16 - 1)).toBeLessThan(3 * Math.sqrt(2 / 4000));
  });

  test("the countries of a map are the same in its test split", async () => {
    const { points, locked } = await load({ kind: "regions", noise: 0, count: 4000 });
    const { examples } = await openTestSplit(locked, { purpose: "map", now: 0 });
    let same = 0;
    for (let i = 0; i < 200; i++) {
      const [x, y] = examples.features.subarray(2 * i);
      const squared = (point: { x: number; y: number }) => (point.x - x!) ** 2 + (point.y - y!) ** 2;
      const nearest = points.reduce((best, point) => (squared(point) < squared(best) ? point : best));
      if (nearest.label === examples.labels[i]) same += 1;
    }
    expect(same).toBeGreaterThan(185);
  });
});

describe("settings", () => {
  test("a name is the kind with its defaults, and settings change only themselves", () => {
    const { dataset } = dataSchema.parse({ dataset: "spirals" });
    expect(dataset).toEqual({ kind: "spirals", count: 4000, seed: 0, noise: 0.05, classes: 2, turns: 1.5 });
    expect(dataSchema.parse({ dataset: { kind: "spirals", noise: 0.2 } }).dataset).toEqual({
      ...(dataset as object),
      noise: 0.2,
    });
  });

  test.each([
    [{ kind: "spirals", turns: 0 }],
    [{ kind: "moons", noise: -1 }],
    [{ kind: "blobs", classes: 1 }],
    [{ kind: "circles", inner: 1 }],
    [{ kind: "checkerboard", count: 5 }],
    [{ kind: "regions", turns: 2 }],
  ])("refuses %j", (dataset) => {
    expect(dataSchema.safeParse({ dataset }).success).toBe(false);
  });
});
