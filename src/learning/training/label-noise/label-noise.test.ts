import { describe, expect, test } from "vitest";

import { RandomStream, toSeed } from "../../../base/index.ts";
import { dataSchema, loadDataset, type Dataset } from "../../data/index.ts";
import { loadRuntime } from "../../runtime/index.ts";
import { confidentLearning } from "./confident-learning.ts";
import { findLabelSuspects } from "./find-label-suspects.ts";

describe("confidentLearning", () => {
  test("counts and suspects are those worked out by hand", () => {
    // Four examples of each class; the last of class 0 is sure to be 1, the last of class 1 nearly so of 0.
    const ofZero = [0.9, 0.8, 0.9, 0.1, 0.2, 0.1, 0.2, 0.75];
    const noise = confidentLearning({
      labels: [0, 0, 0, 0, 1, 1, 1, 1],
      probabilities: Float32Array.from(ofZero.flatMap((p) => [p, 1 - p])),
      classes: 2,
    });
    expect(noise.thresholds[0]).toBeCloseTo(0.675, 6);
    expect(noise.thresholds[1]).toBeCloseTo(0.6875, 6);
    expect(noise.share).toBeCloseTo(2 / 8, 12);
    expect(noise.suspects.map(({ index, given, likely }) => [index, given, likely])).toEqual([
      [3, 0, 1],
      [7, 1, 0],
    ]);
    expect(noise.suspects[0]!.likelyProbability).toBeCloseTo(0.9, 6);
    expect(noise.suspects[0]!.givenProbability).toBeCloseTo(0.1, 6);
  });

  test("labels that the model agrees with are no suspects, and a class without examples is none", () => {
    const noise = confidentLearning({
      labels: [0, 0, 2, 2],
      probabilities: Float32Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.1, 0.1, 0.8, 0.2, 0.3, 0.5),
      classes: 3,
    });
    expect(noise.suspects).toEqual([]);
    expect(noise.share).toBe(0);
  });
});

/** Digits with every 33rd label or so moved on to another one. */
async function flippedDigits(
  count: number,
): Promise<{ readonly dataset: Dataset; readonly flipped: Set<number> }> {
  const source = await loadDataset(dataSchema.parse({ dataset: "digits" }));
  const labels = source.examples.labels.slice(0, count) as Uint8Array;
  const stream = new RandomStream(toSeed(5), "flipped");
  const flipped = new Set<number>();
  labels.forEach((label, index) => {
    if (stream.uniform(2 * index) >= 0.03) return;
    flipped.add(index);
    labels[index] = (label + 1 + Math.floor(9 * stream.uniform(2 * index + 1))) % 10;
  });
  const features = source.examples.features.subarray(0, count * 784);
  return { dataset: { ...source, examples: { ...source.examples, count, features, labels } }, flipped };
}

describe("findLabelSuspects", async () => {
  const runtime = await loadRuntime();
  const data = dataSchema.parse({ dataset: "digits" });

  test("of 3 % flipped labels nearly all are found, and most suspects are flipped", async () => {
    const { dataset, flipped } = await flippedDigits(6000);
    const { suspects, share, accuracy } = await findLabelSuspects({ dataset, data, runtime, seed: "0" });
    const right = suspects.filter(({ index }) => flipped.has(index)).length;
    const figures = { precision: right / suspects.length, recall: right / flipped.size };
    expect(figures.precision).toBeGreaterThan(0.7);
    expect(figures.recall).toBeGreaterThan(0.75);
    expect(share).toBeGreaterThan(0.02);
    expect(share).toBeLessThan(0.06);
    expect(accuracy).toBeGreaterThan(0.85);
    // The clearest suspects are wrong nearly without exception, and the guess is the label before.
    const clearest = suspects.slice(0, 50);
    expect(clearest.filter(({ index }) => flipped.has(index)).length).toBeGreaterThanOrEqual(48);
    const before = (await loadDataset(data)).examples.labels;
    expect(clearest.filter(({ index, likely }) => before[index] === likely).length).toBeGreaterThanOrEqual(
      48,
    );
  }, 60_000);

  test("the same seed gives the same suspects, another one others", async () => {
    const { dataset } = await flippedDigits(600);
    const find = (seed: string) => findLabelSuspects({ dataset, data, runtime, seed, epochs: 3, folds: 2 });
    const first = await find("1");
    expect(await find("1")).toEqual(first);
    expect(await find("2")).not.toEqual(first);
  }, 60_000);

  test("values to predict have no suspects", async () => {
    const { dataset } = await flippedDigits(100);
    const values: Dataset = { ...dataset, task: { kind: "regression", targetNames: ["y"] } };
    await expect(findLabelSuspects({ dataset: values, data, runtime, seed: "0" })).rejects.toMatchObject({
      code: "INVALID_USAGE",
      message: expect.stringContaining("among classes") as unknown,
    });
  });
});
