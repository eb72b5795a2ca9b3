import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { CliFolder } from "./command-line.ts";

const study = `study: kept
data: { dataset: digits, train: 200, validation: 100 }
model: { kind: mlp, hidden: [4] }
training: { epochs: 1, optimizer: sgd }
search:
  method: random
  maxTrials: 2
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.learningRate: { min: 0.1, max: 0.2 }
`;

interface FreedJson {
  readonly dryRun: boolean;
  readonly bytes: number;
  readonly freed: readonly { readonly study: string; readonly kind: string; readonly files: number }[];
}

let cli: CliFolder;
beforeAll(async () => {
  cli = await CliFolder.create();
  await cli.write("kept.yaml", study);
  expect((await cli.run("run", "kept.yaml", "--workers", "1")).status).toBe(0);
});
afterAll(() => cli.remove());

const weights = () => readdir(join(cli.store, "weights", "kept"));

test("gc says what it would free, frees it, and leaves every record", async () => {
  expect((await cli.run("gc")).stdout).toBe("nothing can be freed.\n");
  const before = await cli.json("trials", "kept");
  const dry = await cli.run("gc", "kept", "--keep-weights", "0", "--dry-run");
  expect(dry.stdout).toMatch(
    /^study +what +files +size\nkept +weights +1 +[\d.]+ kB\n\nwould free [\d.]+ kB\n$/,
  );
  expect(await weights()).toHaveLength(1);
  const { dryRun, bytes, freed } = await cli.json<FreedJson>("gc", "kept", "--keep-weights", "0");
  expect(dryRun).toBe(false);
  expect(bytes).toBeGreaterThan(1000);
  expect(freed).toMatchObject([{ study: "kept", kind: "weights", files: 1 }]);
  expect(await weights()).toEqual([]);
  expect(await cli.json("trials", "kept")).toEqual(before);
  // Weights that are gone are trained again.
  const again = await cli.run("export", "kept", "--weights", "best", "-o", "best.safetensors");
  expect(again.status).toBe(0);
  expect(again.stderr).toContain("were not kept: training it again from its record");
});

test("gc of what is not there is an error", async () => {
  const unknown = await cli.run("gc", "kpt");
  expect(unknown).toMatchObject({ status: 3 });
  expect(unknown.stderr).toContain(
    "study `kpt`: no study of that name is in the store; did you mean `kept`?",
  );
  const store = await cli.run("gc", "--store", "nowhere");
  expect(store).toMatchObject({ status: 3 });
  expect(store.stderr).toContain("gc: there is no store in `nowhere`.");
});
