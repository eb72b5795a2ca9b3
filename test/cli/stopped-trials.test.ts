/** What a scheduler stopped, and what goes on from others' weights, is trained again from its record like any trial. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { CliFolder, type TrialsJson } from "./command-line.ts";

const fileOf = (name: string, scheduler: string) => `study: ${name}
data: { dataset: digits, train: 300, validation: 100 }
model: { kind: mlp, hidden: [16] }
training: { epochs: 6 }
search:
  method: random
  maxTrials: 5
  scheduler: ${scheduler}
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.learningRate: { distribution: log_uniform_values, min: 1e-5, max: 0.1 }
`;

let place: CliFolder;
beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("bounded.yaml", fileOf("bounded", "{ name: threshold, min: 0.5, warmupSteps: 2 }"));
});
afterAll(() => place.remove());

interface Reproduced {
  readonly identical: boolean;
}

test("a stopped trial is trained to the epoch at which it was stopped", async () => {
  const run = await place.run("run", "bounded.yaml", "--workers", "2");
  expect(run.stderr).toMatch(
    /trial #\d stopped .* stopped by threshold at step 2: validation\/accuracy .* is below 0\.5/,
  );
  const { trials } = await place.json<TrialsJson>("trials", "bounded");
  const stopped = trials.find(({ state }) => state === "stopped")!;
  expect(await place.json<Reproduced>("reproduce", "bounded", String(stopped.number))).toMatchObject({
    identical: true,
  });
});

test("an heir is trained with what it inherits, for `reproduce` and for the test", async () => {
  await place.write(
    "population.yaml",
    fileOf("population", "{ name: pbt, population: 3, intervalSteps: 3, share: 0.34 }"),
  );
  expect(await place.run("run", "population.yaml", "--workers", "2")).toMatchObject({ status: 0 });
  const { trials } = await place.json<TrialsJson>("trials", "population");
  const heir = trials.find(({ number, state }) => number >= 3 && state === "completed")!;
  expect(await place.json<Reproduced>("reproduce", "population", String(heir.number))).toMatchObject({
    identical: true,
  });
  expect(await place.json("test", "population", String(heir.number))).toMatchObject({
    opened: true,
    identical: true,
  });
});
