/**
 * Whatever happens to a run, each trial's result is the one of an undisturbed run. All disturbances are triggered by
 * what the run has reached, so timing decides how much is trained again and never the outcome.
 */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openStorage } from "../../src/search/storage/index.ts";
import { CliFolder, type RunningCommand, type TrialsJson } from "./command-line.ts";

// Real images where they are at hand; drawn digits need none.
const dataset = process.env["TUNESMITH_DATA"] === undefined ? "digits" : "fashion-mnist";

const study = `study: crash
data: { dataset: ${dataset}, train: 2000, validation: 500 }
model: { kind: mlp, hidden: [32] }
training: { epochs: 150 }
seed: 3
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.weightDecay: { values: [0, 1e-3, 1e-2] }
    training.learningRate: { values: [1e-3, 1e-2] }
`;

let place: CliFolder;
let undisturbed: readonly (string | null)[];

async function hashesOf(name: string): Promise<(string | null)[]> {
  const { trials } = await place.json<TrialsJson>("trials", name);
  expect(trials.map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => "completed"));
  return trials.map(({ resultHash }) => resultHash);
}

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("study.yaml", study);
  const { status, stderr } = await place.run("run", "study.yaml", "--workers", "1");
  expect(stderr).toMatch(/^\[6\/6\] trial #5 completed/m);
  expect(status).toBe(0);
  undisturbed = await hashesOf("crash");
  expect(new Set(undisturbed).size).toBe(6);
}, 60_000);

afterAll(() => place.remove());

function start(name: string): RunningCommand {
  return place.start("run", "study.yaml", "--name", name, "--workers", "2");
}

/** Process ids of the workers that hold a trial of the study; asks until there is one. */
async function busyWorkers(name: string): Promise<readonly [number, ...number[]]> {
  while (true) {
    const [first, ...others] = await workersOf(name);
    if (first !== undefined) return [first, ...others];
  }
}

async function workersOf(name: string): Promise<number[]> {
  const storage = await openStorage(place.store, { create: false });
  try {
    const { id } = await storage.getStudy(name);
    const trials = await storage.listTrials(id);
    return trials.flatMap(({ state, worker }) =>
      state === "running" ? [Number(worker?.split(":").at(-2))] : [],
    );
  } finally {
    await storage.close();
  }
}

describe("the results are those of an undisturbed run", () => {
  test("with two workers", async () => {
    expect((await start("two").finished).status).toBe(0);
    expect(await hashesOf("two")).toEqual(undisturbed);
  });

  test("when a worker is killed: its trial goes back and the study completes", async () => {
    const run = start("worker-killed");
    await run.stderrMatches(/^\[1\/6\]/m);
    const [pid] = await busyWorkers("worker-killed");
    process.kill(pid, "SIGKILL");
    const { status, stderr } = await run.finished;
    expect(stderr).toMatch(/warning: worker \d was lost \(signal SIGKILL\); its trial goes back\./);
    expect(status).toBe(0);
    expect(await hashesOf("worker-killed")).toEqual(undisturbed);
  });

  test("when the main process is killed and the study resumed", async () => {
    const run = start("main-killed");
    await run.stderrMatches(/^\[1\/6\]/m);
    run.child.kill("SIGKILL");
    expect((await run.finished).signal).toBe("SIGKILL");
    const { status } = await place.run("resume", "main-killed", "--workers", "2");
    expect(status).toBe(0);
    expect(await hashesOf("main-killed")).toEqual(undisturbed);
  });

  test("when everything is killed at once and the study resumed", async () => {
    const run = start("all-killed");
    await run.stderrMatches(/^\[1\/6\]/m);
    const workers = await busyWorkers("all-killed");
    run.child.kill("SIGSTOP");
    for (const pid of workers) process.kill(pid, "SIGKILL");
    run.child.kill("SIGKILL");
    await run.finished;
    expect((await place.run("resume", "all-killed")).status).toBe(0);
    expect(await hashesOf("all-killed")).toEqual(undisturbed);
  });

  test("when Ctrl-C saves it, a checkpoint is damaged, and it is resumed", async () => {
    const run = start("interrupted");
    await run.stderrMatches(/^\[1\/6\]/m);
    run.child.kill("SIGINT");
    const { status, stderr } = await run.finished;
    expect(status).toBe(130);
    expect(stderr.trimEnd().split("\n").at(-1)).toBe("tunesmith resume interrupted");
    expect(await workersOf("interrupted")).toEqual([]);

    const { trials } = await place.json<TrialsJson>("trials", "interrupted");
    const damaged = trials.find(({ state }) => state === "waiting")!.number;
    const checkpoints = join(place.store, "checkpoints", "interrupted");
    // A trial that was stopped in its first epoch has left none.
    await mkdir(checkpoints, { recursive: true });
    await writeFile(join(checkpoints, `${damaged}.safetensors`), "damaged");
    const resumed = await place.run("resume", "interrupted", "--workers", "2");
    // The damaged one alone: the others go on from where they were.
    expect(resumed.stderr.match(/warning: .*/g)).toEqual([
      expect.stringMatching(`^warning: trial ${damaged} starts anew: `),
    ]);
    expect(resumed.status).toBe(0);
    expect(await hashesOf("interrupted")).toEqual(undisturbed);
    // Nothing is left of a study that has ended.
    await expect(readdir(checkpoints)).rejects.toThrow("ENOENT");
  });

  test("when `stop` is asked for from elsewhere and the study resumed", async () => {
    const run = start("stopped");
    await run.stderrMatches(/^\[1\/6\]/m);
    expect((await place.run("stop", "stopped")).status).toBe(0);
    const { status, stderr } = await run.finished;
    expect(status).toBe(0);
    expect(stderr).toContain("tunesmith resume stopped");
    expect((await place.run("resume", "stopped")).status).toBe(0);
    expect(await hashesOf("stopped")).toEqual(undisturbed);
  });
});
