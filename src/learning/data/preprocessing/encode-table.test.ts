import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Column } from "../dataset.ts";
import type { Examples } from "../examples.ts";
import { encodeTable } from "./encode-table.ts";
import { fillValue } from "./fill-values.ts";

type Cell = number | string | null;

/** A table from columns of cells; null is missing. */
function tableOf(columns: Record<string, readonly Cell[]>) {
  const entries = Object.entries(columns);
  const count = entries[0]![1].length;
  const described = entries.map(([name, cells]): Column => {
    const names = cells.filter((cell) => typeof cell === "string");
    return { name, categories: names.length === 0 ? null : [...new Set(names)].toSorted() };
  });
  const features = new Float32Array(count * entries.length);
  entries.forEach(([, cells], column) => {
    const { categories } = described[column]!;
    cells.forEach((cell, row) => {
      const value = typeof cell === "string" ? categories!.indexOf(cell) : (cell ?? Number.NaN);
      features[row * entries.length + column] = value;
    });
  });
  const shape = [entries.length];
  const examples: Examples = { count, shape, features, labels: new Uint8Array(count) };
  return { name: "table", columns: described, shape, examples };
}

const rowsOf = ({ features, shape, count }: Examples) =>
  Array.from({ length: count }, (_, row) => [...features.subarray(row * shape[0]!, (row + 1) * shape[0]!)]);

const oneHot = { missing: "refuse", categories: "one-hot" } as const;
const filled = { missing: "median", categories: "one-hot" } as const;

describe("one-hot", () => {
  const table = tableOf({ size: [1, 2, 3, 4], color: ["red", "blue", "red", "green"] });

  test("a column of names is a 0-1 column for each that the training split has", () => {
    const encoded = encodeTable(table, Int32Array.of(0, 1, 2), oneHot)!;
    expect(encoded.table.featureNames).toEqual(["size", "color=blue", "color=red"]);
    expect(encoded.shape).toEqual([3]);
    expect(rowsOf(encoded.examples)).toEqual([
      [1, 0, 1],
      [2, 1, 0],
      [3, 0, 1],
      [4, 0, 0],
    ]);
  });

  test("as index it is the name's number among those, and -1 for a new one", () => {
    const encoded = encodeTable(table, Int32Array.of(0, 1, 2), { ...oneHot, categories: "index" })!;
    expect(encoded.table.featureNames).toEqual(["size", "color"]);
    expect(rowsOf(encoded.examples).map(([, color]) => color)).toEqual([1, 0, 1, -1]);
  });

  test("a category of a test file that the data set does not have is all zeros", () => {
    const { prepare } = encodeTable(table, Int32Array.of(0, 1, 2), oneHot)!;
    const features = Float32Array.of(5, -1, 6, 2);
    const others = prepare({ count: 2, shape: [2], features, labels: Uint8Array.of(1, 0) });
    expect(rowsOf(others)).toEqual([
      [5, 0, 0],
      [6, 0, 1],
    ]);
    expect(others.labels).toEqual(Uint8Array.of(1, 0));
  });

  test("the row of a column of names sums to 1, or to 0 for a name that is new", () => {
    const names = fc.constantFrom("a", "b", "c", "d");
    const cells = fc.array(names, { minLength: 4, maxLength: 30 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 1, max: 4 }), (column, trainCount) => {
        const train = Int32Array.from({ length: trainCount }, (_, index) => index);
        const encoded = encodeTable(tableOf({ column }), train, oneHot)!;
        const seen = new Set(column.slice(0, trainCount));
        rowsOf(encoded.examples).forEach((row, index) => {
          const sum = row.reduce((total, value) => total + value, 0);
          expect(sum).toBe(seen.has(column[index]!) ? 1 : 0);
          expect(row.every((value) => value === 0 || value === 1)).toBe(true);
        });
      }),
    );
  });

  test("a column of ids is refused as one-hot and taken as index", () => {
    const ids = tableOf({ id: Array.from({ length: 10_001 }, (_, index) => `n${index}`) });
    const train = Int32Array.from({ length: 10_001 }, (_, index) => index);
    expect(() => encodeTable(ids, train, oneHot)).toThrow(
      expect.objectContaining({
        code: "INVALID_DATA",
        message: expect.stringContaining("at most 10000 names, got 10001 in `id`"),
        hint: expect.stringContaining("`data.preprocessing.categories: index`"),
      }),
    );
    expect(encodeTable(ids, train, { ...oneHot, categories: "index" })!.shape).toEqual([1]);
  });
});

describe("missing values", () => {
  const gaps = tableOf({
    size: [4, null, 1, 2, null],
    color: ["red", "blue", null, "red", "blue"],
    weight: [1, 2, 3, 4, 5],
  });
  const all = Int32Array.of(0, 1, 2, 3, 4);

  test("are refused unless something stands in for them, with where they are", () => {
    expect(() => encodeTable(gaps, all, oneHot)).toThrow(
      expect.objectContaining({
        code: "INVALID_DATA",
        message:
          "data.preprocessing: `missing` must say what stands in for missing values, got 2 of 5 in `size`, 1 of 5 in `color`.",
        hint: expect.stringContaining("`mean`, `median`, `most-frequent` or `zero`"),
      }),
    );
  });

  test("of numbers are filled with the median, of names with the most frequent, of the training split", () => {
    const { examples, table } = encodeTable(gaps, Int32Array.of(0, 2, 3), filled)!;
    expect(table).toEqual({
      featureNames: ["size", "color=red", "weight"],
      columns: [
        { name: "size", names: null, missing: 0, filledWith: 2 },
        { name: "color", names: ["red"], missing: 1, filledWith: "red" },
        { name: "weight", names: null, missing: 0, filledWith: null },
      ],
    });
    expect(rowsOf(examples)).toEqual([
      [4, 1, 1],
      [2, 0, 2],
      [1, 1, 3],
      [2, 1, 4],
      [2, 0, 5],
    ]);
  });

  test("as zero are 0, and an all-zero row of names", () => {
    const { examples } = encodeTable(gaps, all, { missing: "zero", categories: "one-hot" })!;
    expect(rowsOf(examples)[1]).toEqual([0, 1, 0, 2]);
    expect(rowsOf(examples)[2]).toEqual([1, 0, 0, 3]);
  });

  test("of a test split get the training split's, also where training has none", () => {
    const { prepare, examples } = encodeTable(
      tableOf({ a: [5, 1, 3], b: [1, 1, 1] }),
      Int32Array.of(0, 1, 2),
      {
        missing: "median",
        categories: "one-hot",
      },
    )!;
    expect(rowsOf(examples)).toEqual([
      [5, 1],
      [1, 1],
      [3, 1],
    ]);
    const features = Float32Array.of(Number.NaN, 7);
    expect(rowsOf(prepare({ count: 1, shape: [2], features, labels: Uint8Array.of(0) }))).toEqual([[3, 7]]);
  });

  test("of a test split are refused where those of training are", () => {
    const { prepare } = encodeTable(tableOf({ a: [5, 1, 3] }), Int32Array.of(0, 1), oneHot)!;
    const raw = { count: 1, shape: [1], features: Float32Array.of(Number.NaN), labels: Uint8Array.of(0) };
    expect(() => prepare(raw)).toThrow(/got 1 of 1 in `a`/);
  });

  test("cannot be filled from a column without any value", () => {
    const empty = tableOf({ a: [null, null, 2], b: [1, 2, 3] });
    expect(() => encodeTable(empty, Int32Array.of(0, 1), filled)).toThrow(
      expect.objectContaining({
        code: "INVALID_DATA",
        message: expect.stringContaining("`missing` needs a value of the column `a`"),
      }),
    );
    const zero = { ...filled, missing: "zero" } as const;
    expect(rowsOf(encodeTable(empty, Int32Array.of(0, 1), zero)!.examples)[0]).toEqual([0, 1]);
  });

  test("a table that has no names in training has nothing to learn from", () => {
    const empty = tableOf({ a: [null, null, "x"] });
    const zero = { ...filled, missing: "zero" } as const;
    expect(() => encodeTable(empty, Int32Array.of(0, 1), zero)).toThrow(
      /must have a name in the training split/,
    );
  });

  test("of a table without column names are counted by feature", () => {
    const { examples, shape } = tableOf({ a: [1, null], b: [2, 3] });
    expect(() => encodeTable({ examples, shape }, Int32Array.of(0), oneHot)).toThrow(/1 of 2 in `feature1`/);
  });
});

describe("what is left alone", () => {
  test("a table of numbers without gaps is not copied", () => {
    const table = tableOf({ a: [1, 2], b: [3, 4] });
    const encoded = encodeTable(table, Int32Array.of(0), oneHot)!;
    expect(encoded.examples).toBe(table.examples);
    expect(encoded.prepare(table.examples)).toBe(table.examples);
    expect(encoded.table.featureNames).toEqual(["a", "b"]);
  });

  test("bytes and images", () => {
    const labels = Uint8Array.of(0);
    const bytes = { count: 1, shape: [2], features: Uint8Array.of(1, 2), labels };
    expect(encodeTable({ examples: bytes, shape: [2] }, Int32Array.of(0), oneHot)).toBeNull();
    const image = { count: 1, shape: [1, 1, 1], features: Float32Array.of(1), labels };
    expect(encodeTable({ examples: image, shape: [1, 1, 1] }, Int32Array.of(0), oneHot)).toBeNull();
  });
});

test("whatever stands in validation rows changes nothing for training rows", () => {
  const number = fc.option(fc.integer({ min: -50, max: 50 }), { nil: null });
  const name = fc.option(fc.constantFrom("a", "b", "c"), { nil: null });
  const rows = fc.array(fc.tuple(number, name), { minLength: 6, maxLength: 20 });
  const fills = fc.constantFrom("mean", "median", "most-frequent", "zero" as const);
  fc.assert(
    fc.property(rows, fc.tuple(number, name), fills, (table, other, missing) => {
      // The first two rows keep both columns learnable and their kinds fixed.
      const whole: (readonly [number | null, string | null])[] = [[1, "a"], [2, "c"], ...table];
      const changed = whole.map((row, index) => (index >= 5 ? other : row));
      const train = Int32Array.of(0, 1, 2, 3, 4);
      const trained = [whole, changed].map((cells) => {
        const columns = { x: cells.map(([x]) => x), c: cells.map(([, c]) => c) };
        const { examples, table: encoding } = encodeTable(tableOf(columns), train, {
          missing,
          categories: "one-hot",
        })!;
        return { rows: rowsOf(examples).slice(0, 5), names: encoding.featureNames };
      });
      expect(trained[1]).toEqual(trained[0]);
    }),
  );
});

test("the median is exact: half of the values lie on either side", () => {
  const values = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(
    fc.property(values, (all) => {
      const sorted = all.toSorted((a, b) => a - b);
      const middle = Math.floor(all.length / 2);
      const expected = all.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
      expect(fillValue("median", Float32Array.from(all)) === expected).toBe(true);
    }),
  );
});

describe("against scikit-learn", () => {
  interface Golden {
    readonly train: number;
    readonly columns: Record<string, readonly Cell[]>;
    readonly results: Record<string, { featureNames: string[]; rows: number[][] }>;
  }
  const path = new URL("../../../../test/golden/tables.json", import.meta.url);
  const golden = JSON.parse(readFileSync(path, "utf8")) as Golden;
  const train = Int32Array.from({ length: golden.train }, (_, index) => index);

  test.each(["mean", "median", "most-frequent"] as const)("filled with the %s", (missing) => {
    const { examples, table } = encodeTable(tableOf(golden.columns), train, {
      missing,
      categories: "one-hot",
    })!;
    const expected = golden.results[missing]!;
    expect(table.featureNames).toEqual(expected.featureNames);
    expect(rowsOf(examples)).toEqual(expected.rows.map((row) => row.map(Math.fround)));
  });

  test("numbers filled with zero", () => {
    const { length, count } = golden.columns;
    const numbers = tableOf({ length: length!, count: count! });
    const { examples } = encodeTable(numbers, train, { missing: "zero", categories: "one-hot" })!;
    const { featureNames, rows } = golden.results["zero"]!;
    const places = ["length", "count"].map((name) => featureNames.indexOf(name));
    expect(rowsOf(examples)).toEqual(rows.map((row) => places.map((place) => Math.fround(row[place]!))));
  });
});
