/**
 * Writes `test/golden/tables.json`: gaps filled and names encoded by scikit-learn. Needs a Python with scikit-learn:
 *
 *     PYTHON=python3 node tools/golden/tables.ts
 */
import { RandomStream, toSeed } from "../../src/base/index.ts";
import { writeGolden } from "./write-golden.ts";

const rows = 24;
const stream = (name: string) => new RandomStream(toSeed(0), "golden table", name);

/** Every fifth or so is missing; the first never is. */
const withGaps = <Cell>(name: string, cellOf: (uniform: number) => Cell): (Cell | null)[] =>
  Array.from({ length: rows }, (_, row) =>
    row > 0 && stream(`${name} gap`).uniform(row) < 0.2 ? null : cellOf(stream(name).uniform(row)),
  );
const oneOf = (names: readonly string[]) => (uniform: number) => names[Math.floor(uniform * names.length)]!;

const last = withGaps("color", oneOf(["red", "green", "blue", "Blue"]));
// Only outside of what is learned from.
last[rows - 1] = "violet";

await writeGolden("tables", {
  train: 16,
  strategies: { mean: "mean", median: "median", "most-frequent": "most_frequent", zero: "zero" },
  columns: {
    length: withGaps("length", (uniform) => Math.fround(10 * uniform)),
    color: last,
    // Of few values, so that some are frequent, and some equally so.
    count: withGaps("count", (uniform) => Math.floor(5 * uniform)),
    material: withGaps("material", oneOf(["wood", "tin"])),
  },
});
