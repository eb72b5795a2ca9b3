import { expect, test } from "vitest";

import { loadRuntime } from "../../learning/runtime/index.ts";
import { trainingDocumentSchema } from "../../learning/training/index.ts";
import { SplitCache } from "./split-cache.ts";
import { trainDocument } from "./train-document.ts";

const runtime = await loadRuntime();
const splits = new SplitCache({});

const documentOf = (fold: number, start: object = {}) =>
  trainingDocumentSchema.parse({
    data: { dataset: "digits", folds: 3, fold },
    model: { kind: "mlp", hidden: [8] },
    training: { epochs: 2 },
    ...start,
  });

test("each fold trains on what the others validate on, and gives the same bits again", async () => {
  const folds = [0, 1, 2].map((fold) => documentOf(fold));
  const results = [];
  for (const document of folds) results.push((await trainDocument({ document, runtime, splits })).finish());
  expect(new Set(results.map(({ resultHash }) => resultHash)).size).toBe(3);
  const [first] = results;
  const total = first!.examples.train + first!.examples.validation;
  for (const { examples } of results) expect(examples.train + examples.validation).toBe(total);
  expect(results.reduce((sum, { examples }) => sum + examples.validation, 0)).toBe(total);
  const again = await trainDocument({ document: folds[0]!, runtime, splits });
  expect(again.finish().resultHash).toBe(first!.resultHash);
});

test("as many epochs as are asked for are trained, and those of a start are among them", async () => {
  const document = documentOf(1, { start: { document: documentOf(1), epochs: 1 }, training: { epochs: 4 } });
  const epochs: number[] = [];
  const run = await trainDocument({
    document,
    runtime,
    splits,
    epochs: 3,
    onEpoch: ({ epoch }) => epochs.push(epoch),
  });
  expect(epochs).toEqual([2, 3]);
  expect(run.finish().epochs).toBe(3);
});

test("a start on another fold is refused: it was trained on what is validated on", async () => {
  const document = documentOf(1, { start: { document: documentOf(0), epochs: 1 } });
  await expect(trainDocument({ document, runtime, splits })).rejects.toThrow(/`data.fold` must be that of/);
});
