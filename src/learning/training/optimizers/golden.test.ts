/** A hundred steps of every optimiser in its variants, from the same weights over the same batches, against PyTorch. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { ModelFixture } from "../../../testing/model-fixture.ts";
import { allRuntimes } from "../../../testing/usable-runtimes.ts";
import { worstDifference } from "../../../testing/worst-difference.ts";
import type { TrainingDocumentInput } from "../document.ts";

interface Golden {
  readonly versions: { readonly torch: string };
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly classes: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly every: number;
  readonly features: readonly number[];
  readonly labels: readonly number[];
  readonly initialWeights: readonly number[];
  readonly runs: readonly {
    readonly name: string;
    readonly training: NonNullable<TrainingDocumentInput["training"]>;
    readonly losses: readonly number[];
    readonly weights: readonly number[];
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/optimizers.json", import.meta.url), "utf8"),
) as Golden;

/**
 * Largest difference from PyTorch in float64, relative to the value, or to the weights' mean square root where they are
 * smaller. A hundred steps enlarge what float32 rounds off.
 */
const tolerances = { float32: 2e-4, float64: 1e-11 };

describe.each(await allRuntimes())("$name", ({ name, runtime, reason }) => {
  const precision = name === "reference" ? "float64" : "float32";

  it.for(golden.runs)(
    `steps as PyTorch ${golden.versions.torch} in ${precision}: $name`,
    ({ training, losses, weights }, { skip }) => {
      if (runtime === undefined) return skip(`${name}: ${reason}`);
      const { inputs, hidden, classes, batchSize, steps, every } = golden;
      const model = new ModelFixture(
        runtime,
        { inputs, hidden, classes, batchSize, activation: "tanh", training },
        { features: Float32Array.from(golden.features), labels: Uint8Array.from(golden.labels) },
      );
      model.setWeights(golden.initialWeights);
      const received = Array.from({ length: steps }, (_, step) => {
        const first = (step % (golden.labels.length / batchSize)) * batchSize;
        return model.loss("train", { first, end: first + batchSize });
      }).filter((_, step) => (step + 1) % every === 0);
      expect(worstDifference(received, losses)).toBeLessThan(tolerances[precision]);
      expect(worstDifference(model.weights(), weights)).toBeLessThan(tolerances[precision]);
    },
  );
});
