/**
 * Writes `test/golden/activations.json`: values and slopes of every activation and of softmax by PyTorch. Needs a Python
 * with PyTorch:
 *
 *     PYTHON=python3 node tools/golden/activations.ts
 */
import { activationFunctions } from "../../src/learning/plan/index.ts";
import { normals } from "../../src/testing/kernel-cases/index.ts";
import { writeGolden } from "./write-golden.ts";

const rows = [1, 4, 19].map((features) => [...normals(features, `row of ${features}`, 2)]);

await writeGolden("activations", {
  names: activationFunctions,
  // Tails, both sides of each change of formula, and numbers around 0.
  inputs: [
    -30, -20.5, -12, -8, -5, -3.1, -2.9, -1, -0.63, -0.6, -0.1, -1e-3, -1e-6, 1e-6, 1e-3, 0.1, 0.6, 0.63, 1,
    2.9, 3.1, 5, 8, 12, 19.5, 20.5, 30,
  ].map(Math.fround),
  // Shorter rows are filled up with what has no weight in the sum.
  rows: rows.map((row) => [...row, ...Array.from({ length: 19 - row.length }, () => -1e9)]),
  gradients: rows.map((_, row) => [...normals(19, `gradient ${row}`)]),
});
