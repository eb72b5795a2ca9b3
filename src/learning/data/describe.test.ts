import { describe, expect, test } from "vitest";

import type { Dataset } from "./dataset.ts";
import { describeDataset, measureDataset } from "./describe.ts";
import { LockedSplit } from "./locked-split.ts";
import { datasetNames, datasetSource, parseDatasetName } from "./sources/registry.ts";

import { outputsOf } from "./task.ts";

const nowhere = { dataDir: "/nowhere", cacheDir: "/nowhere/else" };

describe("describeDataset", () => {
  test.each(datasetNames.map((name) => [name]))("%s is described without being read", async (name) => {
    const info = await describeDataset(name, nowhere);
    expect(info.name).toBe(name);
    expect(info.title).not.toBe("");
    expect(info.taskKind).toBe(datasetSource(name)!.taskKind);
    const { task } = info.facts!;
    const names = task.kind === "classification" ? task.classes : task.targetNames;
    expect(names).toHaveLength(outputsOf(task));
    expect(new Set(names).size).toBe(names.length);
    expect(info.location.isAtHand).toBe(info.location.kind === "embedded");
  });

  test("files that are not at hand have an address and a place", async () => {
    const { location } = await describeDataset("fashion-mnist", nowhere);
    expect(location).toMatchObject({ kind: "download", isAtHand: false });
    expect(location.files[0]).toEqual({
      path: "/nowhere/else/fashion-mnist/train-images-idx3-ubyte.gz",
      isAtHand: false,
      address: "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/train-images-idx3-ubyte.gz",
    });
  });

  test("an embedded data set has no files", async () => {
    expect((await describeDataset("digits")).location).toEqual({
      kind: "embedded",
      isAtHand: true,
      files: [],
    });
  });

  test.each([
    ["fashion_mnist", "got `fashion_mnist`; did you mean `fashion-mnist`?"],
    ["toString", "got `toString`."],
    ["", "got ``."],
  ])("the unknown name %j is refused", (name, end) => {
    expect(() => parseDatasetName(name)).toThrow(
      expect.objectContaining({
        code: "DATA_NOT_FOUND",
        message: `data: expected the name of a data set, ${end}`,
        hint: expect.stringContaining("data ls"),
        facts: { name, allowed: datasetNames },
      }),
    );
  });
});

describe("measureDataset", () => {
  const datasetOf = (features: Uint8Array | Float32Array, labels: number[]): Dataset => ({
    name: "d",
    task: { kind: "classification", classes: ["a", "b", "c"] },
    shape: [2],
    examples: { count: labels.length, shape: [2], features, labels: Uint8Array.from(labels) },
    test: new LockedSplit(1, () => Promise.reject(new Error("locked"))),
    contentHash: "h",
  });

  test("bytes are measured as the network sees them, scaled to [0, 1]", () => {
    const statistics = measureDataset(datasetOf(Uint8Array.of(0, 51, 255, 102), [2, 0]));
    expect(statistics).toMatchObject({ classCounts: [1, 0, 1], minimum: 0, maximum: 1, contentHash: "h" });
    expect(statistics.mean).toBeCloseTo(0.4, 12);
    expect(statistics.standardDeviation).toBeCloseTo(Math.sqrt(0.14), 12);
  });

  test("floating-point values are measured as they are", () => {
    const statistics = measureDataset(datasetOf(Float32Array.of(-1, 3), [1]));
    expect(statistics).toMatchObject({ minimum: -1, maximum: 3, mean: 1, standardDeviation: 2 });
  });
});
