import { describe, expect, test } from "vitest";

import { parameterDistribution } from "./search-parameter.ts";

describe("W&B's names for the shapes of a parameter", () => {
  test.each([
    [{ value: 3 }, { kind: "constant", value: 3 }],
    [{ values: [1, "a", null] }, { kind: "categorical", values: [1, "a", null] }],
    [
      { values: [1, 2], probabilities: [0.25, 0.75] },
      { kind: "categorical", values: [1, 2], probabilities: [0.25, 0.75] },
    ],
    [
      { values: ["small", "large"], ordered: true },
      { kind: "ordinal", values: ["small", "large"] },
    ],
    [
      { min: 0.5, max: 2 },
      { kind: "float", low: 0.5, high: 2 },
    ],
    [
      { distribution: "uniform", min: 0, max: 2 },
      { kind: "float", low: 0, high: 2 },
    ],
    [
      { distribution: "int_uniform", min: 1, max: 9 },
      { kind: "integer", low: 1, high: 9 },
    ],
    [
      { distribution: "log_uniform_values", min: 1e-5, max: 1 },
      { kind: "float", low: 1e-5, high: 1, scale: "log" },
    ],
    [
      { distribution: "q_uniform", min: 10, max: 100, q: 16 },
      { kind: "integer", low: 16, high: 96, step: 16 },
    ],
    [
      { distribution: "q_uniform", min: 0, max: 0.35, q: 0.1 },
      { kind: "float", low: 0, high: 0.3, step: 0.1 },
    ],
    [
      { distribution: "inv_log_uniform_values", min: 0.1, max: 10 },
      { kind: "float", low: 0.1, high: 10, scale: "log" },
    ],
    [
      { distribution: "normal", mu: 2 },
      { kind: "normal", mean: 2, deviation: 1 },
    ],
    [
      { distribution: "q_log_normal", sigma: 3, q: 2 },
      { kind: "log-normal", mean: 0, deviation: 3, step: 2 },
    ],
    [
      { distribution: "q_beta", a: 2 },
      { kind: "beta", a: 2, b: 1, step: 1 },
    ],
    [
      { distribution: "q_log_uniform_values", min: 1, max: 512 },
      { kind: "integer", low: 1, high: 512, scale: "log" },
    ],
    [
      { distribution: "log_uniform_values", min: 0.5, max: 0.99, reverse: true },
      { kind: "float", low: 0.5, high: 0.99, scale: "reverse-log" },
    ],
    [
      { distribution: "q_log_uniform_values", min: 1, max: 512, reverse: true },
      { kind: "integer", low: 1, high: 512, scale: "reverse-log" },
    ],
  ] as const)("%j", (entry, distribution) => {
    expect(parameterDistribution(entry as never, true)).toEqual(distribution);
  });

  test("whole bounds are whole numbers where the document takes nothing else", () => {
    expect(parameterDistribution({ min: 1, max: 9 }, false)).toEqual({ kind: "integer", low: 1, high: 9 });
  });

  test("a quantised log range gives each multiple the probability that a draw is rounded to it", () => {
    const entry = { distribution: "q_log_uniform_values", min: 8, max: 32, q: 8 } as const;
    const { values, probabilities } = parameterDistribution(entry, true) as {
      values: number[];
      probabilities: number[];
    };
    expect(values).toEqual([8, 16, 24, 32]);
    const masses = [Math.log(12 / 8), Math.log(20 / 12), Math.log(28 / 20), Math.log(32 / 28)];
    probabilities.forEach((probability, i) => expect(probability).toBeCloseTo(masses[i]! / Math.log(4), 12));
    const reversed = parameterDistribution({ ...entry, reverse: true }, true);
    expect(reversed).toMatchObject({ values });
    (reversed["probabilities"] as number[])
      .toReversed()
      .forEach((probability, i) => expect(probability).toBeCloseTo(probabilities[i]!, 12));
  });
});
