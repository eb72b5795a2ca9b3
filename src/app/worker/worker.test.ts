import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { Seed } from "../../base/index.ts";
import { createSpace } from "../../search/space/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import { TrialFiles } from "./trial-files.ts";
import { isKnownDead, workerName } from "./worker-name.ts";
import { WorkerPool, type PoolEvent } from "./worker-pool.ts";

describe("a worker's name", () => {
  test("tells a living process from a dead one", async () => {
    expect(isKnownDead(workerName(process.pid))).toBe(false);
    const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
    const name = workerName(child.pid!);
    await once(child, "exit");
    expect(isKnownDead(name)).toBe(true);
  });

  test.runIf(process.platform === "linux")("tells a process from a later one of the same number", () => {
    expect(isKnownDead(`${hostname()}:${process.pid}:1`)).toBe(true);
  });

  test("of another machine, or of another kind, says nothing", () => {
    expect(isKnownDead(`elsewhere.invalid:${process.pid}:1`)).toBe(false);
    expect(isKnownDead("worker-1")).toBe(false);
  });
});

describe("checkpoint files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunesmith-checkpoints-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("are read as written, replaced whole, and removed", async () => {
    const files = new TrialFiles(folder, { kind: "checkpoints", study: "study" });
    expect(await files.read(3)).toBeUndefined();
    await files.write(3, new Uint8Array([1, 2]));
    await files.write(3, new Uint8Array([4]));
    expect(await files.read(3)).toStrictEqual(new Uint8Array([4]));
    expect(await readdir(join(folder, "checkpoints", "study"))).toEqual(["3.safetensors"]);
    await files.remove(3);
    await files.remove(3);
    expect(await files.read(3)).toBeUndefined();
  });

  test("of all trials but one are removed, and nothing else", async () => {
    const files = new TrialFiles(folder, { kind: "weights", study: "study" });
    await files.removeAllBut(1);
    for (const trial of [1, 2, 11]) await files.write(trial, new Uint8Array(1));
    await writeFile(join(folder, "weights", "study", "2.safetensors.77.tmp"), "");
    await files.removeAllBut(1);
    expect((await readdir(join(folder, "weights", "study"))).toSorted()).toEqual([
      "1.safetensors",
      "2.safetensors.77.tmp",
    ]);
  });

  test.each(["a/b", "..", "../../x", "é ü"])("of the study %j stay inside the store", async (study) => {
    await new TrialFiles(folder, { kind: "checkpoints", study }).write(0, new Uint8Array(1));
    expect(await readdir(folder)).toEqual(["checkpoints"]);
    expect(await readdir(join(folder, "checkpoints"))).toHaveLength(1);
  });
});

describe("the pool", () => {
  const settings = { dataDir: null, backend: null, first: null, allowed: { own: null, programs: [] } };

  test("says why workers cannot start, by their last words", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tunesmith-pool-"));
    const script = join(folder, "break.mjs");
    await writeFile(script, `console.error("the last words"); process.exit(9);`);
    const before = process.env["NODE_OPTIONS"];
    process.env["NODE_OPTIONS"] = `--import=${script}`;
    try {
      const lost: PoolEvent[] = [];
      const pool = new WorkerPool({
        size: 1,
        settings,
        release: async () => {},
        onEvent: (event) => lost.push(event),
      });
      await expect(pool.ready).rejects.toMatchObject({
        code: "INTERNAL",
        message: expect.stringMatching(
          /^internal: worker processes ended 3 times at their start, the last with exit code 9\.\nthe last words$/,
        ) as unknown,
      });
      expect(lost).toEqual([1, 2].map(() => ({ kind: "worker-lost", slot: 0, cause: "exit code 9" })));
    } finally {
      if (before === undefined) delete process.env["NODE_OPTIONS"];
      else process.env["NODE_OPTIONS"] = before;
      await rm(folder, { recursive: true });
    }
  });

  test("passes on the error of a worker that says what is wrong", async () => {
    const first: StudyDefinition = {
      name: "s",
      description: "",
      space: createSpace([{ name: "training.epochs", distribution: { kind: "categorical", values: [1] } }]),
      sampler: { name: "random", options: {} },
      objective: { metric: "train/loss", direction: "minimize", reduce: "last" },
      seed: "0" as Seed,
      maxTrials: 1,
      baseDocument: { data: { dataset: { kind: "csv", path: "/nowhere/x.csv", target: "y" }, seed: "0" } },
    };
    const pool = new WorkerPool({
      size: 2,
      settings: { ...settings, first },
      release: async () => {},
      onEvent: () => {},
    });
    await expect(pool.ready).rejects.toMatchObject({ code: "DATA_NOT_FOUND" });
  });
});
