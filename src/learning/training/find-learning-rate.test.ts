import { describe, expect, it } from "vitest";

import { trainingDocument, trainingSplits } from "../../testing/training-fixture.ts";
import { loadRuntime } from "../runtime/index.ts";
import { findLearningRate } from "./find-learning-rate.ts";
import { steepestPoint, valleyPoint } from "./suggest-learning-rate.ts";
import { TrainingRun } from "./training-run.ts";

const splits = trainingSplits();
const runtime = await loadRuntime();
const document = trainingDocument({ optimizer: "sgd", batchSize: 16 });

describe("a learning-rate search", () => {
  it("tries rates that grow by one factor until the loss diverges", async () => {
    const { points, divergedAt } = await findLearningRate({ document, splits, runtime, to: 1e6, steps: 120 });
    expect(points[0]!.rate).toBeCloseTo(1e-7, 20);
    const factors = points.slice(1).map(({ rate }, i) => rate / points[i]!.rate);
    for (const factor of factors) expect(factor).toBeCloseTo((1e6 / 1e-7) ** (1 / 119), 10);
    expect(divergedAt).toBeGreaterThan(0.1);
    expect(points.length).toBeLessThan(120);
  });

  it("proposes a rate that trains well, below the one that diverges", async () => {
    const { suggestion, steepest, divergedAt } = await findLearningRate({
      document,
      splits,
      runtime,
      to: 1e4,
    });
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(suggestion).toBeLessThan(divergedAt!);
    expect(steepest).toBeLessThan(divergedAt!);
    const lossWith = async (learningRate: number) => {
      const trained = trainingDocument({ optimizer: "sgd", batchSize: 16, learningRate, epochs: 5 });
      const run = TrainingRun.create({ document: trained, splits, runtime });
      for await (const _ of run);
      return run.history.at(-1)!.metrics["train/loss"]!;
    };
    expect(await lossWith(suggestion!)).toBeLessThan(await lossWith(suggestion! / 100));
  });

  it("gives the same points every time, whatever the document's own rate and schedule", async () => {
    const scheduled = trainingDocument({
      optimizer: "sgd",
      batchSize: 16,
      learningRate: 7,
      schedule: { kind: "cosine", warmupSteps: 3 },
    });
    const [first, second] = await Promise.all(
      [document, scheduled].map((one) => findLearningRate({ document: one, splits, runtime })),
    );
    expect(second).toEqual(first);
  });

  it("ends when its signal aborts", async () => {
    const abort = new AbortController();
    const search = findLearningRate({ document, splits, runtime, signal: abort.signal });
    abort.abort("enough");
    await expect(search).rejects.toBe("enough");
  });

  it.each([
    [{ from: 0 }, /from one above 0 to a larger one, got 0 to 10/],
    [{ from: 1, to: 1 }, /got 1 to 1/],
    [{ steps: 5 }, /at least 20, got 5/],
  ])("refuses %j", async (range, message) => {
    await expect(findLearningRate({ document, splits, runtime, ...range })).rejects.toMatchObject({
      code: "INVALID_USAGE",
      message: expect.stringMatching(message) as unknown,
    });
  });
});

describe("a suggestion", () => {
  const pointsOf = (losses: readonly number[]) =>
    losses.map((smoothed, i) => ({ rate: 10 ** (i / 10 - 6), smoothed }));

  it("lies half-way down the longest valley", () => {
    // Flat, then 40 points down, then up; the first 10 and the last 5 are cut off.
    const losses = Array.from({ length: 100 }, (_, i) => (i < 40 ? 5 : i < 80 ? 5 - (i - 40) / 10 : 20));
    const index = pointsOf(losses).findIndex(({ rate }) => rate === valleyPoint(pointsOf(losses))!.rate);
    expect(index).toBeGreaterThan(50);
    expect(index).toBeLessThan(70);
    expect(steepestPoint(pointsOf(losses))!.smoothed).toBeLessThanOrEqual(5);
  });

  it("is not made when the loss never falls", () => {
    const rising = pointsOf(Array.from({ length: 60 }, (_, i) => i));
    expect([valleyPoint(rising), steepestPoint(rising)]).toEqual([undefined, undefined]);
    expect([valleyPoint([]), steepestPoint([])]).toEqual([undefined, undefined]);
  });
});
