/** Twenty steps from the same weights over the same batches, against PyTorch. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { ModelFixture } from "../../testing/model-fixture.ts";
import { allRuntimes } from "../../testing/usable-runtimes.ts";
import { worstDifference } from "../../testing/worst-difference.ts";
import type { ActivationName } from "../model/index.ts";
import type { TrainingRecipe } from "./recipe.ts";

interface Trained {
  readonly losses: readonly number[];
  readonly weights: readonly number[];
}

interface Golden {
  readonly versions: { readonly torch: string };
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly classes: number;
  readonly batchSize: number;
  readonly batches: readonly (readonly [first: number, end: number])[];
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly initialWeights: readonly number[];
  readonly runs: readonly {
    readonly activation: ActivationName;
    readonly training: TrainingRecipe;
    readonly float32: Trained;
    readonly float64: Trained;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../test/golden/training.json", import.meta.url), "utf8"),
) as Golden;

/** Largest difference from PyTorch relative to the value; to the weights' mean square root where they are smaller. */
const tolerances = { float32: 1e-5, float64: 1e-12 };

describe.each(await allRuntimes())("$name", ({ name, runtime, reason }) => {
  const precision = name === "reference" ? "float64" : "float32";

  it.for(golden.runs)(
    `trains as PyTorch ${golden.versions.torch} in ${precision}: $training.optimizer, $activation`,
    ({ activation, training, ...results }, { skip }) => {
      if (runtime === undefined) return skip(`${name}: ${reason}`);
      const { inputs, hidden, classes, batchSize } = golden;
      const model = new ModelFixture(
        runtime,
        { inputs, hidden, classes, batchSize, activation, training },
        { features: Float32Array.from(golden.features), labels: Uint8Array.from(golden.labels) },
      );
      model.setWeights(golden.initialWeights);
      const losses = golden.batches.map(([first, end]) => model.loss("train", { first, end }));
      const expected = results[precision];
      expect(worstDifference(losses, expected.losses)).toBeLessThan(tolerances[precision]);
      expect(worstDifference(model.weights(), expected.weights)).toBeLessThan(tolerances[precision]);
    },
  );
});
