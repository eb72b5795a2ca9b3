import { describe, expect, it } from "vitest";

import { trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import type { FeatureScaling } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { exportScaling } from "./export-scaling.ts";
import { exportWeights, weightsResultHash } from "./export-weights.ts";
import { decodeTensors } from "./safetensors.ts";
import { TrainingRun } from "./training-run.ts";

const scalingOf = (scale: readonly number[], shift: readonly number[]): FeatureScaling => ({
  scale: Float64Array.from(scale),
  shift: Float64Array.from(shift),
});

describe("exported scaling", () => {
  it("is one number for all values", () => {
    const scaling = scalingOf([1 / 255], [-0.5]);
    expect(exportScaling({ shape: [2, 1, 2], scaling })).toEqual({
      tensors: {},
      metadata: { scale: [1 / 255], shift: [-0.5] },
    });
  });

  it("is one number for each channel", () => {
    const scaling = scalingOf([1, 2, 1, 2], [3, 4, 3, 4]);
    expect(exportScaling({ shape: [2, 1, 2], scaling })).toEqual({
      tensors: {},
      metadata: { scale: [1, 2], shift: [3, 4] },
    });
  });

  it("are tensors in the order of PyTorch's images", () => {
    const scaling = scalingOf([1, 2, 3, 4], [5, 6, 7, 8]);
    expect(exportScaling({ shape: [2, 1, 2], scaling })).toEqual({
      tensors: {
        "preprocessing.scale": { shape: [2, 2, 1], values: Float32Array.of(1, 3, 2, 4) },
        "preprocessing.shift": { shape: [2, 2, 1], values: Float32Array.of(5, 7, 6, 8) },
      },
      metadata: { scale: "preprocessing.scale", shift: "preprocessing.shift" },
    });
  });

  it("are tensors of a table's columns", () => {
    const { tensors } = exportScaling({ shape: [2], scaling: scalingOf([1, 2], [0, 0]) });
    expect(tensors["preprocessing.scale"]).toEqual({ shape: [2], values: Float32Array.of(1, 2) });
  });

  it("goes with exported weights", async () => {
    const plain = trainingSplits();
    const features = plain.shape.reduce((product, size) => product * size, 1);
    const ramp = Array.from({ length: features }, (_, index) => (1 + index) / 255);
    const splits = { ...plain, scaling: scalingOf(ramp, ramp) };
    const run = TrainingRun.create({ document: trainingDocument(), splits, runtime: await loadRuntime() });
    await run.runEpoch();
    const file = exportWeights(run);
    const { tensors, metadata } = decodeTensors(file);
    expect(tensors["preprocessing.scale"]).toEqual({ shape: plain.shape, values: Float32Array.from(ramp) });
    expect(JSON.parse(metadata["preprocessing"]!)).toEqual({
      scale: "preprocessing.scale",
      shift: "preprocessing.shift",
    });
    expect(weightsResultHash(file)).toBe(run.finish().resultHash);
  });
});
