/** A study's records are a function of its file: one worker process or four, in whatever order they finish. */
import { expect, test } from "vitest";

import { CliFolder, type TrialsJson } from "./command-line.ts";

const studies = {
  plain: `data: { dataset: digits, train: 400, validation: 200 }
search:
  method: random
  maxTrials: 6
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.learningRate: { distribution: log_uniform_values, min: 1e-4, max: 1e-2 }
    data.seed: { values: [0, 1] }`,
  augmented: `data:
  dataset: digits
  train: 200
  validation: 100
  augmentation: { rotation: {}, shift: {}, gaussianNoise: {} }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    data.augmentation.rotation.degrees: { values: [5, 10, 20] }
    training.batchSize: { values: [16, 32] }`,
  folds: `data: { dataset: { kind: spirals, count: 400 }, folds: 3, stratified: true, sampling: balanced, test: 60 }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    data.fold: { values: [0, 1, 2] }
    training.batchSize: { values: [16, 32] }`,
  ordered: `data: { dataset: digits, train: 400, validation: 200 }
search:
  method: { name: tpe, startupTrials: 2 }
  scheduler: { name: asha, minSteps: 1, eta: 2 }
  ordered: 3
  maxTrials: 6
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.learningRate: { distribution: log_uniform_values, min: 1e-5, max: 1e-2 }
    model.dropout: { min: 0, max: 0.5, q: 0.1 }`,
} as const;

const fileOf = (name: keyof typeof studies) => `study: ${name}
model: { kind: mlp, hidden: [16] }
training: { epochs: 2 }
${studies[name]}
`;

async function records(name: keyof typeof studies, workers: number) {
  const folder = await CliFolder.create();
  try {
    await folder.write("study.yaml", fileOf(name));
    const run = await folder.run("run", "study.yaml", "--workers", String(workers));
    expect(run).toMatchObject({ status: 0 });
    const { trials } = await folder.json<TrialsJson>("trials", name);
    return trials
      .map(({ metrics, ...record }) => ({
        ...record,
        // How long something took may differ, and what had finished when a trial was proposed.
        durationMs: 0,
        origin: { ...record.origin, seen: null },
        metrics: Object.entries(metrics).filter(([metric]) => !metric.endsWith("/seconds")),
      }))
      .toSorted((a, b) => a.number - b.number);
  } finally {
    await folder.remove();
  }
}

test.each(Object.keys(studies) as (keyof typeof studies)[])(
  "%s: one worker and four give the same records",
  async (name) => {
    const alone = await records(name, 1);
    expect(alone).toHaveLength(6);
    expect(new Set(alone.map(({ resultHash }) => resultHash)).size).toBe(6);
    expect(await records(name, 4)).toEqual(alone);
  },
  120_000,
);
