/** A few steps of networks with normalisation and pooling, and their evaluation, against PyTorch. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { ModelFixture, type ModelFixtureOptions } from "../../testing/model-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { worstDifference } from "../../testing/worst-difference.ts";

interface Trained {
  readonly losses: readonly number[];
  /** Running averages among them. */
  readonly weights: readonly number[];
  readonly evaluated: number;
}

interface Golden {
  readonly versions: { readonly torch: string };
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly training: NonNullable<ModelFixtureOptions["training"]>;
  readonly batches: readonly (readonly [first: number, end: number])[];
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly layers: Extract<NonNullable<ModelFixtureOptions["model"]>, { kind: "layers" }>["layers"];
    readonly initialWeights: readonly number[];
    readonly float32: Trained;
    readonly float64: Trained;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/normalization.json", import.meta.url), "utf8"),
) as Golden;

/** Largest difference from PyTorch relative to the value; to the values' mean square root where they are smaller. */
const tolerances = { float32: 2e-5, float64: 1e-12 };

describe.each(await allRuntimes())("$name", ({ name, runtime, reason }) => {
  const precision = name === "reference" ? "float64" : "float32";

  it.for(golden.cases)(
    `is as PyTorch ${golden.versions.torch} in ${precision}: $name`,
    ({ layers, initialWeights, ...results }, { skip }) => {
      if (runtime === undefined) return skip(`${name}: ${reason}`);
      const { inputShape, classes, training, batches, features, labels } = golden;
      const model = new ModelFixture(
        runtime,
        {
          inputs: features.length / labels.length,
          inputShape,
          classes,
          model: { kind: "layers", layers },
          training,
          batchSize: batches[0]![1],
        },
        { features: Float32Array.from(features), labels: Uint8Array.from(labels) },
      );
      model.setWeights(initialWeights);
      const losses = batches.map(([first, end]) => model.loss("train", { first, end }));
      const expected = results[precision];
      const tolerance = tolerances[precision];
      expect(worstDifference(losses, expected.losses)).toBeLessThan(tolerance);
      expect(worstDifference(model.weights(), expected.weights)).toBeLessThan(tolerance);
      expect(worstDifference([model.loss("evaluate")], [expected.evaluated])).toBeLessThan(tolerance);
    },
  );
});
