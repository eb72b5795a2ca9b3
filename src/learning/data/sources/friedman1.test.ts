import { describe, expect, test } from "vitest";

import { datasetSourceContract } from "../../../testing/dataset-source-contract.ts";
import { openTestSplit } from "../open-test-split.ts";
import { friedman1 } from "./friedman1.ts";

describe("friedman1", () => {
  datasetSourceContract({ create: () => friedman1, options: () => ({}) });

  test("the numbers never change: documents rest on them, on every machine", async () => {
    const dataset = await friedman1.load({});
    expect(dataset.contentHash).toMatchInlineSnapshot(
      `"2850ea33955947db94605ba60e008f4b0512a9bcdaf4a36796f1c70c992e709b"`,
    );
    const { opening } = await openTestSplit(dataset.test!, { purpose: "golden bytes", now: 0 });
    expect(opening.contentHash).toMatchInlineSnapshot(
      `"985d1d7b0afcddb0ce1026d56d147e8685b0cd3782da835916e6fb05d37da56b"`,
    );
  });

  test("its targets are Friedman's function with standard normal noise", async () => {
    const { examples } = await friedman1.load({});
    const errors = Array.from(examples.labels, (target, index) => {
      const [a, b, c, d, e] = examples.features.subarray(index * 10, index * 10 + 5);
      return target - (10 * Math.sin(Math.PI * a! * b!) + 20 * (c! - 0.5) ** 2 + 10 * d! + 5 * e!);
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length;
    // Three standard errors of 4,000 examples.
    expect(Math.abs(mean)).toBeLessThan(3 / Math.sqrt(4000));
    expect(Math.abs(variance - 1)).toBeLessThan(3 * Math.sqrt(2 / 4000));
  });

  test("its features are even in [0, 1)", async () => {
    const { features } = (await friedman1.load({})).examples;
    expect(features.every((x) => x >= 0 && x < 1)).toBe(true);
    const mean = Array.from(features).reduce((sum, x) => sum + x, 0) / features.length;
    expect(mean).toBeCloseTo(0.5, 2);
  });

  test("its test split holds other examples", async () => {
    const { examples, test: locked } = await friedman1.load({});
    const opened = await openTestSplit(locked!, { purpose: "test", now: 0 });
    expect(opened.examples.count).toBe(1000);
    expect(opened.examples.features[0]).not.toBe(examples.features[0]);
  });
});
