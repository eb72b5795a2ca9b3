/** Weights mean the same here and in PyTorch. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { exportedDocument, exportedSplits } from "../../testing/exported-model.ts";
import type { TrainingSplits } from "../data/index.ts";
import { loadRuntime, type Runtime } from "../runtime/index.ts";
import { encodeSealed } from "./checkpoint.ts";
import { encodeProgress } from "./checkpoint-progress.ts";
import { startOfEpoch } from "./epoch-progress.ts";
import { exportWeights, weightsResultHash } from "./export-weights.ts";
import { decodeTensors } from "./safetensors.ts";
import { TrainingRun } from "./training-run.ts";

interface GoldenTensor {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/exported-weights.json", import.meta.url), "utf8"),
) as {
  readonly versions: { readonly torch: string };
  readonly tensors: Readonly<Record<string, GoldenTensor>>;
  /** Of each validation example. */
  readonly logProbabilities: readonly (readonly number[])[];
};

const splits = exportedSplits();

/** A run with PyTorch's weights that stands before the validation of its first epoch. */
function runWith(runtime: Runtime, on: TrainingSplits = splits): TrainingRun {
  const fixture = { document: exportedDocument, splits: on, runtime };
  const { tensors, metadata } = decodeTensors(TrainingRun.create(fixture).checkpoint());
  for (const [name, { values }] of Object.entries(golden.tensors)) tensors[name]!.values.set(values);
  const { checksum: _, ...rest } = metadata;
  const underWay = { ...startOfEpoch(), pass: 1, trainSteps: 1 };
  const progress = encodeProgress({ history: [], underWay });
  const checkpoint = encodeSealed({ tensors, metadata: { ...rest, ...progress } });
  return TrainingRun.create({ ...fixture, checkpoint });
}

const runtimes = [
  { runtime: await loadRuntime({ backend: "reference" }), tolerance: 1e-12 },
  { runtime: await loadRuntime({ backend: "wasm" }), tolerance: 1e-5 },
  { runtime: await loadRuntime(), tolerance: 1e-5 },
].map((one) => ({ ...one, name: one.runtime.backend }));

describe.each(runtimes)("exported weights: $name", ({ runtime, tolerance }) => {
  it("have PyTorch's names and shapes, and come back as they went in", () => {
    const exported = decodeTensors(exportWeights(runWith(runtime))).tensors;
    const plain = Object.entries(exported).map(([name, { shape, values }]) => [
      name,
      { shape: [...shape], values: [...values] },
    ]);
    expect(Object.fromEntries(plain)).toEqual(golden.tensors);
  });

  it(`give the probabilities that PyTorch ${golden.versions.torch} computes with them`, async () => {
    const { examples, indices } = splits.validation;
    for (const [i, example] of indices.slice(0, 6).entries()) {
      for (const [label, expected] of golden.logProbabilities[i]!.entries()) {
        // The loss of one example of a given class is the logarithm of its probability.
        const relabelled = { ...examples, labels: examples.labels.map(() => label) };
        const run = runWith(runtime, {
          ...splits,
          train: { ...splits.train, examples: relabelled },
          validation: { examples: relabelled, indices: Int32Array.of(example) },
        });
        const { metrics } = await run.runEpoch();
        expect(Math.abs(metrics["validation/loss"]! + expected)).toBeLessThan(tolerance);
      }
    }
  });
});

describe("a file of weights", () => {
  it("names the result that it belongs to, unless it is damaged", () => {
    const run = runWith(runtimes[2]!.runtime);
    const file = exportWeights(run);
    expect(weightsResultHash(file)).toBe(run.finish().resultHash);
    file[file.length - 1]! ^= 1;
    expect(weightsResultHash(file)).toBeUndefined();
    expect(weightsResultHash(file.subarray(0, 40))).toBeUndefined();
  });
});
