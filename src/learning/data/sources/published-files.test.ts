/** The real files, where the machine has them: the folder in TUNESMITH_DATA. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { measureDataset } from "../describe.ts";
import { preprocessingSchema } from "../preprocessing/fields.ts";
import { fitScaling } from "../preprocessing/fit-scaling.ts";
import { openTestSplit } from "../open-test-split.ts";
import { datasetSource, type DatasetName } from "./registry.ts";

const dataDir = process.env["TUNESMITH_DATA"];

/** Published means and standard deviations of the training images in [0, 1], as torchvision's examples use them. */
const published = [
  { name: "fashion-mnist", mean: 0.286, standardDeviation: 0.353, firstLabels: [9, 0, 0, 3, 0] },
  { name: "mnist", mean: 0.1307, standardDeviation: 0.3081, firstLabels: [5, 0, 4, 1, 9] },
];

for (const { name, mean, standardDeviation, firstLabels } of published) {
  const isAtHand = dataDir !== undefined && existsSync(join(dataDir, name));
  if (!isAtHand) {
    const reason =
      dataDir === undefined ? "TUNESMITH_DATA is not set" : `there is no \`${join(dataDir, name)}\``;
    console.warn(`skipped: tests of the published ${name} files, because ${reason}.`);
  }
  describe.skipIf(!isAtHand)(name, () => {
    test("the examples have the published mean and standard deviation", async () => {
      const dataset = await datasetSource(name as DatasetName)!.load({ dataDir });
      expect(dataset.examples).toMatchObject({ count: 60_000, shape: [28, 28, 1] });
      expect([...dataset.examples.labels.subarray(0, 5)]).toEqual(firstLabels);
      const statistics = measureDataset(dataset);
      expect(statistics.mean).toBeCloseTo(mean, 4);
      expect(statistics.standardDeviation).toBeCloseTo(standardDeviation, 4);
      expect(statistics).toMatchObject({ minimum: 0, maximum: 1 });
    });

    test("standardised by what is measured, values have a mean of 0 and a deviation of 1", async () => {
      const { examples, shape } = await datasetSource(name as DatasetName)!.load({ dataDir });
      const train = { examples, indices: Int32Array.from({ length: examples.count }, (_, index) => index) };
      const preprocessing = preprocessingSchema.parse({ scaling: "standardize" });
      const { constants, scaled } = fitScaling({ train, shape }, preprocessing).describe();
      expect(constants.subtracted[0]).toBeCloseTo(mean, 4);
      expect(constants.divisor[0]).toBeCloseTo(standardDeviation, 4);
      expect(scaled.mean).toBeCloseTo(0, 12);
      expect(scaled.deviation).toBeCloseTo(1, 12);
    });

    test("the test split opens", async () => {
      const dataset = await datasetSource(name as DatasetName)!.load({ dataDir });
      const { examples } = await openTestSplit(dataset.test!, {
        purpose: "check of the published files",
        now: 0,
      });
      expect(examples).toMatchObject({ count: 10_000, shape: [28, 28, 1] });
    });
  });
}
