/** Deep sigmoids lose the gradient on the way to the first layers; what is done about it nowadays keeps it. */
import { describe, expect, it } from "vitest";

import { trainingSplits } from "../../../testing/training-fixture.ts";
import { loadRuntime } from "../../runtime/index.ts";
import { trainingDocumentSchema, type TrainingDocumentInput } from "../document.ts";
import type { EpochRecord } from "../epoch-record.ts";
import { TrainingRun } from "../training-run.ts";

const depth = 20;
const width = 32;
const splits = trainingSplits({ train: 600, validation: 200, shape: [6, 6, 1], classes: 4 });

async function train(model: TrainingDocumentInput["model"]) {
  const document = trainingDocumentSchema.parse({
    data: { dataset: "digits" },
    model,
    training: {
      optimizer: "sgd",
      learningRate: 0.05,
      momentum: 0.9,
      epochs: 3,
      measure: ["gradients", "activations"],
    },
    seed: "1",
  });
  const run = TrainingRun.create({ document, splits, runtime: await loadRuntime() });
  const records: EpochRecord[] = [];
  for await (const record of run) records.push(record);
  return { first: records[0]!.metrics, last: records.at(-1)!.metrics };
}

const sigmoids: TrainingDocumentInput["model"] = {
  kind: "mlp",
  hidden: Array.from({ length: depth }, () => width),
  activation: "sigmoid",
};

const normalised: TrainingDocumentInput["model"] = {
  kind: "layers",
  layers: [
    { type: "flatten" },
    ...Array.from({ length: depth }, (_, index) => [
      {
        type: "dense" as const,
        name: `hidden${index + 1}`,
        units: width,
        bias: false,
        initializer: "he-normal" as const,
      },
      { type: "batchNorm" as const },
      { type: "activation" as const, name: `relu${index + 1}`, activation: "relu" as const },
    ]).flat(),
    { type: "dense", name: "output", units: 4 },
  ],
};

const normOf = (metrics: Readonly<Record<string, number>>, layer: number) =>
  metrics[`hidden${layer}/gradient-norm`]!;

describe("twenty layers", () => {
  it("of sigmoids lose more than half of it at each, to a ten-billionth at the first, and learn nothing", async () => {
    const { first, last } = await train(sigmoids);
    for (let layer = 2; layer <= depth; layer++)
      expect(normOf(first, layer) / normOf(first, layer - 1)).toBeGreaterThan(2);
    expect(normOf(first, 1) / normOf(first, depth)).toBeLessThan(1e-10);
    // Vanishing is not nothing: the kernels keep what float32 can hold.
    expect(normOf(first, 1)).toBeGreaterThan(0);
    expect(last["validation/accuracy"]).toBeLessThan(0.4);
    expect(last["sigmoid1/train-activation-dead-share"]).toBe(0);
  });

  it("of relus after He initialisation and batch normalisation keep it, and train", async () => {
    const { first, last } = await train(normalised);
    const ratio = normOf(first, 1) / normOf(first, depth);
    expect(ratio).toBeGreaterThan(0.1);
    expect(ratio).toBeLessThan(1e4);
    expect(last["validation/accuracy"]).toBeGreaterThan(0.9);
  });
});
