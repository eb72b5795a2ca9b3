/** Losses on the reference back end against central differences. */
import { describe, it } from "vitest";

import { checkGradient } from "../../testing/check-gradient.ts";
import { normals } from "../../testing/kernel-cases/index.ts";
import { runKernel } from "../../testing/plan-fixture.ts";
import { referenceRuntime } from "./reference/reference-runtime.ts";

/** Largest error relative to the usual slope. Cut-off and rounding of the differences alone reach about 1e-9. */
const tolerance = 2e-8;

const shapes = [
  { batch: 1, outputs: 1, stride: 16 },
  { batch: 5, outputs: 7, stride: 16 },
  { batch: 3, outputs: 33, stride: 48 },
];

describe.each(shapes)("rows of $outputs in $stride, $batch examples", ({ batch, outputs, stride }) => {
  const labels = normals(batch, "labels").map((x) => Math.floor(Math.abs(x) * 1000) % outputs);
  const weights = Array.from({ length: outputs }, (_, index) => 0.5 + (index % 3));

  it.each([
    { what: "plain", smoothing: 0, classWeights: weights.map(() => 1) },
    { what: "smoothed", smoothing: 0.2, classWeights: weights.map(() => 1) },
    { what: "weighted", smoothing: 0, classWeights: weights },
    { what: "smoothed and weighted", smoothing: 0.7, classWeights: weights },
  ])("$what cross-entropy has the right gradient, 0 for the padding", ({ smoothing, classWeights }) => {
    const stepWeight = labels.reduce((sum, label) => sum + classWeights[label]!, 0);
    const loss = (logits: Float64Array) =>
      runKernel(referenceRuntime, {
        kernel: "softmaxCrossEntropy",
        dimensions: { examples: 0, classes: outputs, stride },
        without: ["mixes"],
        batch,
        buffers: { logits, labels },
        slots: { settings: [smoothing, stepWeight], classWeights },
      });
    checkGradient({
      value: (logits) => loss(logits).slots.totals![0]! / stepWeight,
      gradient: (logits) => loss(logits).buffers.gradient!,
      point: normals(batch * stride, "logits", 2),
      tolerance,
    });
  });

  it.each(["squared", "absolute", "huber", "logistic"])(
    "%s has the right gradient, 0 for the padding",
    (choice) => {
      const targets = normals(batch * stride, "targets", 0.5);
      const loss = (predictions: Float64Array) =>
        runKernel(referenceRuntime, {
          kernel: "elementwiseLoss",
          dimensions: { outputs, stride },
          choices: { function: choice },
          batch,
          buffers: { predictions, targets },
          slots: { delta: [0.8] },
        });
      checkGradient({
        value: (predictions) => loss(predictions).slots.totals![0]! / batch,
        gradient: (predictions) => loss(predictions).buffers.gradient!,
        point: normals(batch * stride, "predictions", 2),
        tolerance,
      });
    },
  );
});
