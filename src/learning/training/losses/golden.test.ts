/** Every loss, its mean over a batch and the gradient of that, against PyTorch. */
import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { runKernel, type KernelOutcome } from "../../../testing/plan-fixture.ts";
import { allRuntimes } from "../../../testing/usable-runtimes.ts";
import type { Runtime } from "../../runtime/index.ts";
import { losses, type LossName } from "./index.ts";

type Rows = readonly (readonly number[])[];

interface Golden {
  readonly versions: { readonly torch: string };
  readonly predictions: Rows;
  readonly labels: readonly number[];
  readonly targets: Rows;
  readonly mixes: readonly { readonly partner: number; readonly share: number }[];
  readonly results: readonly {
    readonly loss: LossName;
    readonly against: "classes" | "values";
    readonly isMixed?: boolean;
    readonly labelSmoothing?: number;
    readonly classWeights?: readonly number[];
    readonly huberDelta?: number;
    readonly value: number;
    readonly gradient: Rows;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../../test/golden/losses.json", import.meta.url), "utf8"),
) as Golden;

const batch = golden.predictions.length;
const outputs = golden.predictions[0]!.length;
const stride = 16;
/** Several chunks would find the same buffers in this fixture: the batch is one. */
const padded = (rows: Rows) =>
  rows.flatMap((row) => [...row, ...Array.from({ length: stride - outputs }, () => 0)]);

const tolerances = { float32: 2e-6, float64: 1e-13 };

function run(
  runtime: Runtime,
  { loss, against, isMixed = false, ...settings }: Golden["results"][number],
): KernelOutcome {
  const rule = losses[loss].rule({ labelSmoothing: 0, huberDelta: 1, ...settings }, outputs);
  const examples = { features: new Uint8Array(batch), labels: Uint8Array.from(golden.labels) };
  const mixing = isMixed
    ? { dimensions: { examples: batch }, without: [] }
    : { dimensions: { examples: 0 }, without: ["mixes"] };
  const mixes = golden.mixes.flatMap(({ partner, share }) => [0, partner, share, 0, 0, 0, 0, 0]);
  if (rule.kind === "cross-entropy") {
    const { labelSmoothing, classWeights } = rule;
    const { slots } = runKernel(runtime, {
      kernel: "weighStep",
      ...mixing,
      dimensions: { ...mixing.dimensions, classes: outputs },
      batch,
      buffers: { mixes },
      examples,
      slots: { classWeights },
    });
    return runKernel(runtime, {
      kernel: "softmaxCrossEntropy",
      ...mixing,
      dimensions: { ...mixing.dimensions, classes: outputs, stride },
      batch,
      buffers: { mixes, logits: padded(golden.predictions), labels: golden.labels },
      examples,
      slots: { settings: [labelSmoothing, slots.weight![0]!], classWeights },
    });
  }
  const oneHot = () =>
    runKernel(runtime, {
      kernel: "oneHot",
      ...mixing,
      dimensions: { ...mixing.dimensions, stride },
      batch,
      buffers: { mixes, labels: golden.labels },
      examples,
    }).buffers.output!;
  return runKernel(runtime, {
    kernel: "elementwiseLoss",
    dimensions: { outputs, stride },
    choices: { function: rule.function },
    batch,
    buffers: {
      predictions: padded(golden.predictions),
      targets: against === "classes" ? oneHot() : padded(golden.targets),
    },
    slots: { delta: [rule.delta] },
  });
}

describe.each(await allRuntimes())("$name", ({ name, runtime, reason }) => {
  const tolerance = tolerances[name === "reference" ? "float64" : "float32"];

  it.for(golden.results)(
    `$loss against $against, smoothing $labelSmoothing, weights $classWeights, delta $huberDelta, mixed $isMixed: as PyTorch ${golden.versions.torch}`,
    (result, { skip }) => {
      if (runtime === undefined) return skip(`${name}: ${reason}`);
      const { buffers, slots } = run(runtime, result);
      const [loss, , weight] = slots.totals as [number, number, number];
      expect(Math.abs(loss / weight - result.value)).toBeLessThan(tolerance * result.value);
      padded(result.gradient).forEach((expected, index) =>
        expect(Math.abs(buffers.gradient![index]! - expected)).toBeLessThan(tolerance),
      );
    },
  );
});
