/** Schedulers that pause trials and hand weights on, in worker processes. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { runStudy, type RunEvent } from "../../src/app/worker/index.ts";
import type { Json, Seed } from "../../src/base/index.ts";
import { trainingDocumentSchema } from "../../src/learning/training/index.ts";
import { createSpace } from "../../src/search/space/index.ts";
import { openStorage } from "../../src/search/storage/index.ts";
import type { StudyDefinition, TrialRecord } from "../../src/search/trial/index.ts";

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "tunesmith-schedulers-"))));
afterEach(() => rm(folder, { recursive: true }));

const baseDocument = JSON.parse(
  JSON.stringify(
    trainingDocumentSchema.parse({
      data: { dataset: "digits", train: 300, validation: 100 },
      model: { kind: "mlp", hidden: [16] },
      training: { epochs: 6, batchSize: 50 },
    }),
  ),
) as Json;

function studyWith(changes: Partial<StudyDefinition>): StudyDefinition {
  return {
    name: "s",
    description: "",
    space: createSpace([
      {
        name: "training.learningRate",
        distribution: { kind: "float", low: 1e-5, high: 0.1, scale: "log" },
      },
    ]),
    sampler: { name: "random", options: {} },
    objective: { metric: "validation/accuracy", direction: "maximize", reduce: "last" },
    lengthPath: "training.epochs",
    seed: "3" as Seed,
    maxTrials: 10,
    baseDocument,
    ...changes,
  };
}

async function run(study: StudyDefinition, workers: number) {
  const store = join(folder, String(workers));
  const events: RunEvent[] = [];
  const { end } = await runStudy({
    store,
    study,
    workers,
    dataDir: process.env["TUNESMITH_DATA"],
    onEvent: (event) => events.push(event),
  });
  expect(end).toBe("finished");
  const storage = await openStorage(store, { create: false });
  const trials = await storage.listTrials((await storage.getStudy("s")).id);
  await storage.close();
  return { store, events, trials };
}

const essence = (trials: readonly TrialRecord[]) =>
  trials.map(({ number, state, parameters, document, result, objectiveValue }) => ({
    number,
    state,
    parameters,
    document,
    objectiveValue,
    hash: result?.resultHash,
  }));

test("a population is the same with one worker and with two, and leaves no checkpoint", async () => {
  const study = studyWith({ scheduler: { name: "pbt", options: { population: 4, intervalSteps: 2 } } });
  const [one, two] = [await run(study, 1), await run(study, 2)];
  expect(one.trials.some(({ origin }) => origin?.by === "inherited")).toBe(true);
  expect(one.trials.filter(({ state }) => state === "completed")).toHaveLength(4);
  expect(essence(two.trials)).toEqual(essence(one.trials));
  for (const { store } of [one, two]) {
    const kept = await readdir(store, { recursive: true });
    expect(kept.filter((name) => name.endsWith(".safetensors"))).toHaveLength(1);
  }
});

test("what is paused and stopped is told as it happens", async () => {
  const scheduler = { name: "asha", options: { mode: "promote", eta: 3 } } as const;
  const { events, trials } = await run(studyWith({ scheduler }), 2);
  const stopped = trials.filter(({ state }) => state === "stopped");
  expect(stopped.length).toBeGreaterThan(0);
  expect(trials.some(({ state }) => state === "completed")).toBe(true);
  const paused = events.filter((event) => event.kind === "trial-paused");
  expect(paused.length).toBeGreaterThanOrEqual(stopped.length);
  for (const { message } of paused) expect(message).toMatch(/^paused by asha at step [13]: /);
});
