/**
 * Writes `test/golden/losses.json`: values and gradients of every loss by PyTorch. Needs a Python with PyTorch:
 *
 *     PYTHON=python3 node tools/golden/losses.ts
 */
import { normals } from "../../src/testing/kernel-cases/index.ts";
import { writeGolden } from "./write-golden.ts";

const examples = 6;
const outputs = 5;
const rowsOf = (values: Float64Array) =>
  Array.from({ length: examples }, (_, row) => [...values.subarray(row * outputs, (row + 1) * outputs)]);

const classWeights = [1, 0.25, 3, 0.5, 2];
const ofErrors = (against: "classes" | "values") => [
  { loss: "mean-squared-error", against },
  { loss: "mean-absolute-error", against },
  { loss: "huber", huberDelta: 1, against },
  { loss: "huber", huberDelta: 0.3, against },
  { loss: "binary-cross-entropy", against },
];

await writeGolden("losses", {
  predictions: rowsOf(normals(examples * outputs, "predictions", 2)),
  labels: [3, 0, 2, 2, 4, 1],
  // From 0 to 1, as binary cross-entropy wants them.
  targets: rowsOf(normals(examples * outputs, "targets").map((x) => Math.fround(1 / (1 + x * x)))),
  /** With which other example each is mixed, and that one's share. */
  mixes: [
    { partner: 1, share: 0.25 },
    { partner: 1, share: 0 },
    { partner: 3, share: 0.5 },
    { partner: 0, share: 0.1 },
    { partner: 5, share: 0.4375 },
    { partner: 4, share: 0.3 },
  ],
  recipes: [
    { loss: "cross-entropy", against: "classes" },
    { loss: "cross-entropy", labelSmoothing: 0.1, against: "classes" },
    { loss: "cross-entropy", labelSmoothing: 1, against: "classes" },
    { loss: "cross-entropy", classWeights, against: "classes" },
    { loss: "cross-entropy", classWeights, labelSmoothing: 0.2, against: "classes" },
    { loss: "cross-entropy", isMixed: true, against: "classes" },
    { loss: "cross-entropy", isMixed: true, labelSmoothing: 0.1, against: "classes" },
    { loss: "cross-entropy", isMixed: true, classWeights, labelSmoothing: 0.2, against: "classes" },
    { loss: "mean-squared-error", isMixed: true, against: "classes" },
    { loss: "binary-cross-entropy", isMixed: true, against: "classes" },
    ...ofErrors("classes"),
    ...ofErrors("values"),
  ],
});
