/**
 * Writes `test/golden/scalings.json`: a small table scaled by scikit-learn's StandardScaler and MinMaxScaler, which are
 * fitted to its first rows. Needs a Python with scikit-learn:
 *
 *     PYTHON=python3 node tools/golden/scalings.ts
 */
import { normals } from "../../src/testing/kernel-cases/index.ts";
import { writeGolden } from "./write-golden.ts";

const rows = 12;
const spreads = [1, 1e-4, 3000];
/** Columns of very different spread and place, and one that is constant. */
const columns = spreads.map((spread, column) => normals(rows, `column ${column}`, spread));

await writeGolden("scalings", {
  fittedRows: 8,
  table: Array.from({ length: rows }, (_, row) => [
    ...columns.map((column, index) => Math.fround(column[row]! + 5 * index)),
    7.5,
  ]),
});
