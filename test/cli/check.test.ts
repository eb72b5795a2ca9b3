/** What is said of a study file before it runs. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { CliFolder } from "./command-line.ts";

const study = (layers: string) => `study: doubtful
data: { dataset: digits, train: 60, validation: 30 }
model: { kind: layers, layers: [{ type: flatten }, ${layers}] }
training: { epochs: 1 }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters: { training.weightDecay: { values: [0] } }
`;

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("sound.yaml", study("{ type: dense, units: 10 }"));
  await place.write("softmax.yaml", study("{ type: dense, units: 10 }, { type: softmax, name: last }"));
  await place.write("narrow.yaml", study("{ type: dense, name: output, units: 9 }"));
});

afterAll(() => place.remove());

test("a sound file has no warnings", async () => {
  const { status, stdout, stderr } = await place.run("check", "sound.yaml");
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "sound.yaml: no warnings\n" });
});

test("warnings leave the status at 0", async () => {
  const { status, stdout } = await place.run("check", "softmax.yaml");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^warning softmax-before-loss: softmax layer `last`: .* between 1\.46 and /);
  const { findings } = await place.json<{ findings: unknown[] }>("check", "softmax.yaml");
  expect(findings).toEqual([expect.objectContaining({ code: "softmax-before-loss", layer: "last" })]);
});

test("what cannot be learnt is an error, for `run` too", async () => {
  for (const verb of ["check", "run"]) {
    const { status, stderr } = await place.run(verb, "narrow.yaml");
    expect(status).toBe(4);
    expect(stderr).toContain("dense layer `output`: the model's output must be [batch, 10]");
  }
});

test("a run says its warnings once and goes on", async () => {
  const { status, stderr } = await place.run("run", "softmax.yaml", "--workers", "1");
  expect(status).toBe(0);
  expect(stderr.match(/warning softmax-before-loss/g)).toHaveLength(1);
}, 30_000);
