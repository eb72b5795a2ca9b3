/** Penalties, clipping, accumulation and averages: against the same done outside of the plan. */
import { describe, expect, it } from "vitest";

import { ModelFixture, randomExamples, type ModelFixtureOptions } from "../../../testing/model-fixture.ts";
import { trainingDocument, trainingSplits, trainToEnd } from "../../../testing/training-fixture.ts";
import { loadRuntime } from "../../runtime/index.ts";
import { compileDocument } from "../compile-document.ts";
import { trainingDocumentSchema } from "../document.ts";
import { TrainingRun } from "../training-run.ts";

const runtime = await loadRuntime({ backend: "reference" });
const model = { inputs: 5, hidden: [7], classes: 3, batchSize: 8 } as const;
const examples = randomExamples(model, { count: 24 });
const plain = { optimizer: "sgd", learningRate: 0.1 } as const;

type Training = NonNullable<ModelFixtureOptions["training"]>;

const fixtureOf = (training: Training, options: Partial<ModelFixtureOptions> = {}) =>
  new ModelFixture(runtime, { ...model, training, ...options }, examples);

/** How one step of the first batch moves the weights. */
function stepOf(training: Training) {
  const fixture = fixtureOf(training);
  const before = fixture.weights();
  const loss = fixture.loss("train", { end: 8 });
  return { before, loss, moved: fixture.weights().map((w, i) => w - before[i]!), fixture };
}

const norm = (values: Float64Array) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

function expectClose(received: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(received).toHaveLength(expected.length);
  for (let i = 0; i < expected.length; i++) expect(received[i]).toBeCloseTo(expected[i]!, 12);
}

const base = stepOf(plain);
/** Elements of the weight vector that are biases: after 5 * 7, and after 7 * 3 more. */
const isBias = (index: number) => (index >= 35 && index < 42) || index >= 63;

describe("l2Penalty", () => {
  const penalized = stepOf({ ...plain, l2Penalty: 0.3 });

  it("adds half of itself times the squared norm to the training loss", () => {
    expect(penalized.loss).toBeCloseTo(base.loss + 0.15 * norm(base.before) ** 2, 12);
  });

  it("moves the weights as weightDecay does", () => {
    expectClose(penalized.moved, stepOf({ ...plain, weightDecay: 0.3 }).moved);
    expect(stepOf({ ...plain, weightDecay: 0.3 }).loss).toBe(base.loss);
  });

  it("stays out of the validation loss", () => {
    const fixture = fixtureOf({ ...plain, l2Penalty: 0.3 });
    expect(fixture.loss("evaluate")).toBe(fixtureOf(plain).loss("evaluate"));
  });
});

describe("decayExcludes", () => {
  it.each([{ l2Penalty: 0.3 }, { weightDecay: 0.3 }, { decoupledWeightDecay: 0.3 }])(
    "leaves biases out of %o",
    (decay) => {
      const all = stepOf({ ...plain, ...decay });
      const weightsAlone = stepOf({ ...plain, ...decay, decayExcludes: "biases-and-normalization" });
      expectClose(
        weightsAlone.moved,
        all.moved.map((step, index) => (isBias(index) ? base.moved[index]! : step)),
      );
    },
  );
});

describe("clipping", () => {
  it("by norm scales all gradients by one factor", () => {
    const limit = (norm(base.moved) / 0.1) * 0.25;
    const { moved } = stepOf({ ...plain, clipNorm: limit });
    expect(norm(moved) / 0.1 / limit).toBeCloseTo(1, 5);
    const factor = moved[0]! / base.moved[0]!;
    expectClose(
      moved,
      base.moved.map((step) => step * factor),
    );
  });

  it("by norm leaves gradients that are small enough, and each step is measured anew", () => {
    expectClose(stepOf({ ...plain, clipNorm: 1e3 }).moved, base.moved);
    const clipped = fixtureOf({ ...plain, clipNorm: 1e3 });
    const free = fixtureOf(plain);
    for (const fixture of [clipped, free]) fixture.run("train");
    expectClose(clipped.weights(), free.weights());
  });

  it("by value cuts each element", () => {
    const limit = 0.02;
    expectClose(
      stepOf({ ...plain, clipValue: limit }).moved,
      base.moved.map((step) => Math.max(-limit * 0.1, Math.min(limit * 0.1, step))),
    );
  });

  it("by norm comes after clipping by value", () => {
    const cut = stepOf({ ...plain, clipValue: 0.02 });
    const limit = (norm(cut.moved) / 0.1) * 0.5;
    expect(norm(stepOf({ ...plain, clipValue: 0.02, clipNorm: limit }).moved) / 0.1 / limit).toBeCloseTo(
      1,
      4,
    );
  });

  it("reports gradients as they were before", () => {
    const clipped = stepOf({ ...plain, clipValue: 1e-3 }).fixture;
    expect(clipped.slot("hidden1.weight/gradient")).toBe(base.fixture.slot("hidden1.weight/gradient"));
  });
});

describe("averageDecay", () => {
  it("evaluates and keeps an average that begins with the weights after the first step", () => {
    const live = fixtureOf(plain);
    const averaged = fixtureOf({ ...plain, averageDecay: 0.75 });
    let expected: Float64Array | undefined;
    for (const [first, end] of [[0, 8] as const, [8, 16] as const, [16, 24] as const]) {
      for (const fixture of [live, averaged]) fixture.run("train", { first, end });
      const weights = live.weights();
      expected = expected?.map((mean, i) => 0.75 * mean + 0.25 * weights[i]!) ?? weights;
      expectClose(averaged.weights(), expected);
    }
    live.setWeights(expected!);
    expect(averaged.loss("evaluate")).toBeCloseTo(live.loss("evaluate"), 12);
  });

  it("goes with Adam in registers, and with checkpoints", async () => {
    const splits = trainingSplits();
    const document = trainingDocument({ averageDecay: 0.9 });
    const straight = await trainToEnd({ document, splits, runtime });
    const first = TrainingRun.create({ document, splits, runtime });
    await first.runEpoch();
    const second = TrainingRun.create({ document, splits, runtime, checkpoint: first.checkpoint() });
    while (!second.isFinished) await second.runEpoch();
    expect(second.finish().resultHash).toBe(straight.resultHash);
    const live = await trainToEnd({ document: trainingDocument(), splits, runtime });
    expect(straight.history.at(-1)!.metrics["train/loss"]).toBe(live.history.at(-1)!.metrics["train/loss"]);
    expect(straight.history.at(-1)!.metrics["validation/loss"]).not.toBe(
      live.history.at(-1)!.metrics["validation/loss"],
    );
  });
});

describe("batches", () => {
  const splits = trainingSplits({ train: 96 });
  const train = (training: Parameters<typeof trainingDocument>[0]) =>
    trainToEnd({ document: trainingDocument({ ...plain, ...training }), splits, runtime });

  it("of 16 twice a step train as batches of 32", async () => {
    const accumulated = await train({ batchSize: 16, accumulationSteps: 2 });
    const whole = await train({ batchSize: 32 });
    accumulated.history.forEach(({ metrics }, epoch) => {
      expect(metrics["train/loss"]).toBeCloseTo(whole.history[epoch]!.metrics["train/loss"]!, 10);
    });
  });

  it("keep statistics of the batch to themselves", () => {
    const document = trainingDocumentSchema.parse({
      data: { dataset: "digits" },
      model: {
        kind: "layers",
        layers: [
          { type: "flatten" },
          { type: "dense", units: 4 },
          { type: "batchNorm" },
          { type: "dense", units: 3 },
        ],
      },
      training: { batchSize: 8, accumulationSteps: 4 },
    });
    const { train: phase } = compileDocument(document, splits).plan.phases;
    expect(phase).toMatchObject({ batchSize: 32, chunkSize: 8 });
  });

  it("that are full take one step an epoch", async () => {
    const full = await train({ batchSize: "full" });
    const explicit = await train({ batchSize: 96 });
    expect(full.resultHash).toBe(explicit.resultHash);
  });

  it.each([
    {
      training: { batchSize: 97 },
      message: "training: batchSize must be at most the 96 examples of the training split, got 97.",
    },
    {
      training: { batchSize: 32, accumulationSteps: 4 },
      message:
        "training: batchSize * accumulationSteps must be at most the 96 examples of the training split, got 32 * 4 = 128.",
    },
  ])("larger than the split are refused before anything starts: $message", ({ training, message }) => {
    const document = trainingDocument(training);
    expect(() => TrainingRun.create({ document, splits, runtime })).toThrow(
      expect.objectContaining({ code: "INVALID_DOCUMENT", message }),
    );
  });
});
