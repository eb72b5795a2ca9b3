import { expect, test } from "vitest";

import { loadDataset, splitDataset } from "../data/index.ts";
import { loadRuntime } from "../runtime/index.ts";
import { trainingDocumentSchema } from "./document.ts";
import { epochMetricNames, evaluatedTrainMetricNames } from "./metric-names.ts";
import { TrainingRun } from "./training-run.ts";

test("an epoch reports the metrics that are listed, and no others", async () => {
  const document = trainingDocumentSchema.parse({
    data: { dataset: "digits", train: 32, validation: 16 },
    model: { kind: "mlp", hidden: [8] },
    training: { epochs: 1, evaluateTrain: true },
  });
  const splits = splitDataset(await loadDataset(document.data), document.data);
  const run = TrainingRun.create({ document, splits, runtime: await loadRuntime() });
  const { metrics } = await run.runEpoch();
  const ofLayers = ["hidden1", "output"].flatMap((layer) =>
    ["weight-mean-absolute", "gradient-mean-absolute"].map((name) => `${layer}/${name}`),
  );
  expect(Object.keys(metrics).toSorted()).toEqual(
    [
      ...epochMetricNames("classification"),
      ...evaluatedTrainMetricNames("classification"),
      ...ofLayers,
    ].toSorted(),
  );
});
