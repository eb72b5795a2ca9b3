/** A study with a callback: workers import its file; and what becomes of a study whose file is gone. */
import { rename } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { CliFolder, type TrialsJson } from "./command-line.ts";

const entry = new URL("../../src/app/index.ts", import.meta.url).href;

const study = `import { defineStudy } from ${JSON.stringify(entry)};

export const callbacks = defineStudy({
  study: "callbacks",
  data: { dataset: "digits", train: 500, validation: 250 },
  model: { kind: "mlp", hidden: [16] },
  training: { epochs: 30 },
  search: {
    method: "grid",
    metric: { name: "validation/loss", goal: "minimize" },
    parameters: { "training.weightDecay": { values: [0, 1e-3, 1e-2, 1e-1] } },
  },
  onEpoch: async ({ trial, epoch, history, stop }) => {
    if (epoch.epoch !== history.length) throw new Error("an epoch is missing");
    if (epoch.epoch === 3 + trial.number) stop(\`epoch \${epoch.epoch} is enough.\`);
  },
});
`;

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("study.ts", study);
});

afterAll(() => place.remove());

test("trials are stopped by the callback and can be reproduced; without its file the study goes no further", async () => {
  const stopped = await place.run("run", "study.ts", "--workers", "1", "--time-limit", "1ms");
  expect(stopped.status).toBe(5);

  await rename(join(place.folder, "study.ts"), join(place.folder, "moved.ts"));
  const refused = await place.run("resume", "callbacks", "--workers", "1");
  expect(refused.status).toBe(4);
  expect(refused.stderr).toMatch(
    /study\.ts: expected the study file with this study.s callbacks, got nothing: there is no such file\./,
  );
  expect(refused.stderr).toMatch(/Put the file back/);

  await rename(join(place.folder, "moved.ts"), join(place.folder, "study.ts"));
  expect((await place.run("resume", "callbacks", "--workers", "2")).status).toBe(0);
  const { trials } = await place.json<TrialsJson>("trials", "callbacks");
  expect(trials.map(({ state, epochs, reason }) => [state, epochs, reason?.message])).toEqual(
    [3, 4, 5, 6].map((epochs) => ["completed", epochs, `epoch ${epochs} is enough.`]),
  );
  expect(await place.json("reproduce", "callbacks", "2")).toMatchObject({ identical: true });
}, 60_000);
