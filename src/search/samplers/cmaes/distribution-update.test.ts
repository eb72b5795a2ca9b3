import { describe, expect, it } from "vitest";

import { updateProbabilities } from "./choice-probabilities.ts";
import { createGaussian, updateGaussian, type Step } from "./gaussian.ts";

const step = (point: readonly number[], parts: Partial<Step> = {}): Step => ({
  point: Float64Array.from(point),
  active: new Uint8Array(point.length).fill(1),
  isOwn: true,
  ...parts,
});
const start = createGaussian(Float64Array.of(0.5, 0.5), 0.1);

describe("updateGaussian", () => {
  it("moves the mean towards the better half, weighted by rank", () => {
    const points = [
      [0.7, 0.5],
      [0.6, 0.6],
      [0.3, 0.5],
      [0.5, 0.2],
    ];
    const { mean } = updateGaussian(
      start,
      points.map((point) => step(point)),
    );
    const [first, second] = [Math.log(2.5), Math.log(2.5) - Math.log(2)];
    expect(mean[0]).toBeCloseTo(0.5 + (0.2 * first + 0.1 * second) / (first + second), 12);
    expect(mean[1]).toBeCloseTo(0.5 + (0.1 * second) / (first + second), 12);
  });

  it("stretches along the direction of success and shrinks where steps fail", () => {
    let state = start;
    for (let generation = 0; generation < 10; generation++) {
      const [x, y] = [state.mean[0]!, state.mean[1]!];
      const offsets = [
        [0.1, 0],
        [0.08, 0],
        [0, 0.1],
        [0, -0.1],
      ];
      state = updateGaussian(
        state,
        offsets.map(([dx, dy]) => step([x + dx! * 10 * state.sigma, y + dy! * 10 * state.sigma])),
      );
    }
    expect(state.covariance[0]).toBeGreaterThan(3 * state.covariance[3]!);
    expect(state.sigma).toBeGreaterThan(start.sigma);
  });

  it("leaves the mean of a number that no configuration has", () => {
    const active = Uint8Array.of(1, 0);
    const points = [
      [0.7, 0.9],
      [0.6, 0.8],
      [0.3, 0.1],
      [0.5, 0.2],
    ];
    const { mean } = updateGaussian(
      start,
      points.map((point) => step(point, { active })),
    );
    expect(mean[0]).toBeGreaterThan(0.6);
    expect(mean[1]).toBe(0.5);
  });

  it("shortens steps that another distribution drew", () => {
    const far = [50, 50];
    const group = (isOwn: boolean) => [
      step(far, { isOwn }),
      step(far, { isOwn }),
      step([0.5, 0.5]),
      step([0.5, 0.5]),
    ];
    const { mean, sigma } = updateGaussian(start, group(false));
    // sqrt(n) + 2n / (n + 2) deviations.
    expect(Math.hypot(mean[0]! - 0.5, mean[1]! - 0.5)).toBeCloseTo(0.1 * (Math.SQRT2 + 1), 9);
    expect(sigma).toBeLessThan(0.3);
    expect(updateGaussian(start, group(true)).mean[0]).toBeCloseTo(50, 9);
  });
});

describe("updateProbabilities", () => {
  const weights = Float64Array.of(0.7, 0.3, 0, 0);

  it("follows what the better half chose, and keeps a margin for the rest", () => {
    let probabilities = Float64Array.of(0.25, 0.25, 0.5);
    for (let generation = 0; generation < 50; generation++) {
      const before = probabilities;
      probabilities = Float64Array.from(
        updateProbabilities(before, { chosen: [1, 1, 0, 2], weights, choices: 2 }),
      );
      expect(probabilities[1]).toBeGreaterThanOrEqual(before[1]! - 1e-12);
    }
    const least = (1 - 0.73 ** (1 / 2)) / 2;
    expect([...probabilities]).toEqual([least, 1 - 2 * least, least].map((p) => expect.closeTo(p, 6)));
  });

  it("does not learn from configurations without the choice", () => {
    const before = Float64Array.of(0.3, 0.3, 0.4);
    expect([...updateProbabilities(before, { chosen: [-1, -1, 0, 1], weights, choices: 1 })]).toEqual([
      ...before,
    ]);
  });
});
