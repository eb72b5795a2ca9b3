import { expect, test } from "vitest";

import { toSeed, type Json } from "../../base/index.ts";
import { createSpace, type Configuration } from "../../search/space/index.ts";
import { MemoryStorage } from "../../search/storage/index.ts";
import { documentOf } from "../../search/study/index.ts";
import { parseStudyDefinition, type StudyDefinition } from "../../search/trial/index.ts";
import { readPrior } from "./warm-start.ts";

const baseDocument: Json = { training: { learningRate: 0.1, optimizer: "adam", batchSize: 8 } };

function definitionOf(name: string, parameters: Parameters<typeof createSpace>[0]): StudyDefinition {
  return parseStudyDefinition({
    name,
    description: "",
    space: createSpace(parameters),
    sampler: { name: "random", options: {} },
    objective: { metric: "validation/loss", direction: "minimize", reduce: "last" },
    seed: "0",
    maxTrials: 10,
    baseDocument,
  });
}

const rates = (low: number, high: number) => ({
  name: "training.learningRate",
  distribution: { kind: "float", low, high },
});

/** Trials of the study, each with the curve of `validation/loss`; null for one that failed. */
async function storeWith(
  definition: StudyDefinition,
  trials: readonly { readonly parameters: Configuration; readonly losses: readonly number[] | null }[],
): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const { id } = await storage.createStudy(definition, 0);
  for (const [number, { parameters, losses }] of trials.entries()) {
    const seed = toSeed(number);
    const document = documentOf(definition, parameters, { seed });
    const seen = { revision: 0, finished: 0, pending: 0 };
    const origin = {
      by: "given",
      sampler: null,
      why: null,
      configuration: number,
      replicate: 0,
      seen,
    } as const;
    const claim = { worker: "w", now: 0, leaseMs: 1000 };
    const trial = await storage.createTrial(id, { number, parameters, seed, document, origin }, claim);
    const lease = { trialId: trial!.id, attempt: trial!.attempt };
    const observations = (losses ?? []).map((value, i) => ({
      metric: "validation/loss",
      step: i + 1,
      time: 0,
      value,
    }));
    const result = { resultHash: "", environment: {}, epochs: 1 };
    const outcome =
      losses === null
        ? ({ state: "failed", reason: { kind: "error", message: "" }, result: null } as const)
        : ({ state: "completed", objectiveValue: losses.at(-1)!, result } as const);
    await storage.finishAttempt(lease, outcome, { now: 1, observations });
  }
  return storage;
}

const old = definitionOf("old", [rates(0, 1)]);
const at = (learningRate: number, losses: readonly number[] | null) => ({
  parameters: { "training.learningRate": learningRate },
  losses,
});

test("completed trials inside the new space are taken, one for each configuration", async () => {
  const storage = await storeWith(old, [
    at(0.1, [3, 1]),
    at(0.9, [9, 9]),
    at(0.2, null),
    at(0.1, [3, 2]),
    at(0.3, [4, 5]),
  ]);
  const fresh = definitionOf("new", [rates(0, 0.5)]);
  expect(await readPrior(storage, "old", fresh)).toEqual({
    prior: [
      { parameters: { "training.learningRate": 0.1 }, values: [1.5], source: "old" },
      { parameters: { "training.learningRate": 0.3 }, values: [5], source: "old" },
    ],
    taken: 3,
    leftOut: 1,
  });
});

test("values are the new study's own objectives", async () => {
  const storage = await storeWith(old, [at(0.1, [3, 1, 2])]);
  const fresh = definitionOf("new", [rates(0, 1)]);
  const best = { ...fresh.objective, reduce: "best" } as const;
  const { prior } = await readPrior(storage, "old", {
    ...fresh,
    objective: best,
    otherObjectives: [fresh.objective],
  });
  expect(prior.map(({ values }) => values)).toEqual([[1, 2]]);
  const unknown = { ...fresh.objective, metric: "validation/accuracy" };
  expect(await readPrior(storage, "old", { ...fresh, objective: unknown })).toEqual({
    prior: [],
    taken: 0,
    leftOut: 1,
  });
});

test("what the old study did not search is read from its documents", async () => {
  const storage = await storeWith(old, [at(0.1, [1])]);
  const optimizer = (values: readonly string[]) =>
    definitionOf("new", [
      rates(0, 1),
      { name: "training.optimizer", distribution: { kind: "categorical", values } },
      {
        name: "training.batchSize",
        distribution: { kind: "integer", low: 1, high: 9 },
        when: { "training.optimizer": [values[0]!] },
      },
    ]);
  const parameters = { "training.learningRate": 0.1, "training.optimizer": "adam" };
  expect((await readPrior(storage, "old", optimizer(["adam", "sgd"]))).prior).toEqual([
    { parameters: { ...parameters, "training.batchSize": 8 }, values: [1], source: "old" },
  ]);
  expect((await readPrior(storage, "old", optimizer(["sgd", "adam"]))).prior).toEqual([
    { parameters, values: [1], source: "old" },
  ]);
  expect((await readPrior(storage, "old", optimizer(["sgd", "lion"]))).prior).toEqual([]);
});

test("a study that is not there", async () => {
  await expect(readPrior(new MemoryStorage(), "old", old)).rejects.toThrow(/study `old`/);
});
