/** A study whose data is an object of its file: workers import it, and its content is fixed when the study is created. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { CliFolder, type TrialsJson } from "./command-line.ts";

const entry = new URL("../../src/app/index.ts", import.meta.url).href;

/** Two classes at two points, moved by `shift`. */
const study = (shift: number) => `import { defineSource, defineStudy } from ${JSON.stringify(entry)};

const draw = (count: number) => ({
  features: Float32Array.from({ length: 2 * count }, (_, i) => ((i >> 1) % 2) * 2 + ((i * 37) % 11) / 11 + ${shift}),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
});

const twoPoints = defineSource({
  name: "two-points",
  task: { kind: "classification", classes: ["near", "far"] },
  shape: [2],
  load: () => draw(400),
  loadTest: () => draw(100),
});

export default defineStudy({
  study: "own-source",
  data: { dataset: twoPoints, validation: 100 },
  model: { kind: "logistic" },
  training: { epochs: 5, learningRate: 0.05 },
  search: {
    method: "grid",
    metric: { name: "validation/accuracy", goal: "maximize" },
    parameters: { "training.batchSize": { values: [10, 20] } },
  },
});
`;

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("study.ts", study(0));
});

afterAll(() => place.remove());

test("its trials train, are reproduced and are tested on its own test split", async () => {
  const run = await place.run("run", "study.ts", "--workers", "2");
  expect(run).toMatchObject({ status: 0 });
  const { trials } = await place.json<TrialsJson>("trials", "own-source");
  expect(trials.map(({ objective }) => objective)).toEqual([1, 1]);
  expect(await place.json("reproduce", "own-source", "1")).toMatchObject({ identical: true });
  expect(await place.json("test", "own-source")).toMatchObject({
    opened: true,
    test: { examples: 100, metrics: { "test/accuracy": 1 } },
  });
}, 60_000);

test("the study refuses other content than it was created with", async () => {
  await place.write("study.ts", study(0.5));
  const refused = await place.run("reproduce", "own-source", "0");
  expect(refused.status).toBe(4);
  expect(refused.stderr).toMatch(/data set `two-points`: the content must have the hash [0-9a-f]{64}, got/);
  expect(refused.stderr).toMatch(/create a new study/);
}, 60_000);

test("a check reads the data and says what stands out", async () => {
  await place.write(
    "far.ts",
    study(500)
      .replace('"own-source"', '"far"')
      .replace("validation: 100", 'validation: 100, preprocessing: { scaling: "none" }'),
  );
  const check = await place.run("check", "far.ts");
  expect(check).toMatchObject({ status: 0 });
  expect(check.stdout).toMatch(/mean/);
}, 60_000);

test("without its file nothing can be read", async () => {
  await place.write("study.ts", "export const nothing = 1;\n");
  const refused = await place.run("reproduce", "own-source", "0");
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toMatch(/study\.ts: expected one export made by `defineStudy`, got none/);
}, 60_000);
