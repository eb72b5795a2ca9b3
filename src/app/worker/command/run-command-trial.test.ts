import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../../../base/index.ts";
import { createSpace } from "../../../search/space/index.ts";
import { MemoryStorage } from "../../../search/storage/index.ts";
import { Study } from "../../../search/study/index.ts";
import type { SchedulerChoice } from "../../../search/trial/index.ts";
import type { WorkerMessage } from "../messages.ts";
import type { CommandTrialContext } from "./command-attempt.ts";
import { runCommandTrial } from "./run-command-trial.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-command-"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Setting {
  readonly storage: MemoryStorage;
  readonly study: Study;
  readonly sent: WorkerMessage[];
  readonly context: CommandTrialContext;
}

/** A study whose trials run the code with `x` as its argument, 1 in the first trial and 2 in the second. */
async function setting(code: string, scheduler?: SchedulerChoice): Promise<Setting> {
  const storage = new MemoryStorage();
  const command = {
    arguments: [process.execPath, "-e", code, "${x}"],
    program: null,
    interpreter: "node",
    folder,
    parameters: ["x"],
    graceMs: 10_000,
  };
  const study = await Study.create({
    storage,
    clock: systemClock,
    definition: {
      name: "s",
      description: "",
      space: createSpace([{ name: "x", distribution: { kind: "categorical", values: [1, 2] } }]),
      sampler: { name: "grid", options: {} },
      ...(scheduler === undefined ? {} : { scheduler }),
      objective: { metric: "loss", direction: "minimize", reduce: "last" },
      seed: "0",
      maxTrials: 2,
      baseDocument: { command, x: 1 },
    },
  });
  const sent: WorkerMessage[] = [];
  const stop = new AbortController().signal;
  const send = (message: WorkerMessage) => void sent.push(message);
  return { storage, study, sent, context: { study, storage, clock: systemClock, stop, send, store: folder } };
}

async function runNext({ study, context }: Setting) {
  const trial = (await study.claim("host:1:1"))!;
  return { trial, outcome: await runCommandTrial(trial, context) };
}

describe("a program's trial", () => {
  test("has its values, its curve, and a hash of what was reported", async () => {
    const code = `for (const loss of [3, 2]) console.log(JSON.stringify({ loss: loss * process.argv[1], "train/loss": 1 }))`;
    const first = await setting(code);
    const { trial, outcome } = await runNext(first);
    expect(outcome).toBe("completed");
    const done = await first.storage.getTrial(first.study.record.id, 0);
    expect(done).toMatchObject({ state: "completed", objectiveValue: 2, result: { epochs: 2 } });
    const observations = await first.storage.listObservations(trial.id, "loss");
    expect(observations.map(({ step, value }) => [step, value])).toEqual([
      [1, 3],
      [2, 2],
    ]);
    const config = await readFile(join(folder, "commands", "s", "0", "config.json"), "utf8");
    expect(JSON.parse(config)).toEqual({ x: 1 });
    await runNext(first);
    const other = await first.storage.getTrial(first.study.record.id, 1);
    expect(other.result!.resultHash).not.toBe(done.result!.resultHash);
    const again = await setting(code);
    await runNext(again);
    expect((await again.storage.getTrial(again.study.record.id, 0)).result).toEqual(done.result);
  });

  test("is paused and, promoted, started again", async () => {
    const study = await setting(
      `const say = (step) => console.log(JSON.stringify({ loss: process.argv[1] / step, step }));
       const { existsSync, writeFileSync } = require("node:fs");
       const mark = process.env.TUNESMITH_FOLDER + "/mark";
       const isSecond = existsSync(mark);
       writeFileSync(mark, "");
       say(1);
       if (isSecond) { say(2); say(3); } else setInterval(() => {}, 1000);`,
      { name: "asha", options: { mode: "promote", minSteps: 1, eta: 2, maxSteps: 2 } },
    );
    expect((await runNext(study)).outcome).toBe("paused");
    expect(study.sent).toContainEqual(expect.objectContaining({ kind: "trial-paused", number: 0 }));
    expect((await runNext(study)).outcome).toBe("paused");
    const { trial, outcome } = await runNext(study);
    expect({ number: trial.number, outcome }).toEqual({ number: 0, outcome: "completed" });
    const done = await study.storage.getTrial(study.study.record.id, 0);
    expect(done.objectiveValue).toBeCloseTo(1 / 3);
    expect(await readFile(join(folder, "logs", "s", "0.log"), "utf8")).toContain("--- attempt 2 ---");
  });

  test("is dropped, with its program ended, when another attempt owns it", async () => {
    const endless = await setting(
      `console.log('{"loss": 1}'); setInterval(() => console.log('{"loss": 1}'), 20)`,
    );
    const trial = (await endless.study.claim("host:1:1"))!;
    const running = runCommandTrial(trial, endless.context);
    while (!endless.sent.some(({ kind }) => kind === "trial-progress")) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await endless.study.releaseWorker("host:1:1");
    expect(await running).toBe("dropped");
  });

  test("is handed back without being run when its worker is to stop", async () => {
    const waiting = await setting(`setInterval(() => {}, 1000)`);
    const trial = (await waiting.study.claim("host:1:1"))!;
    const outcome = await runCommandTrial(trial, { ...waiting.context, stop: AbortSignal.abort() });
    expect(outcome).toBe("handed-back");
    expect(await waiting.storage.getTrial(waiting.study.record.id, 0)).toMatchObject({ state: "waiting" });
  });

  test("that took its worker down three times has failed", async () => {
    const deadly = await setting(`console.log('{"loss": 1}')`);
    for (let attempt = 1; attempt <= 3; attempt++) {
      await deadly.study.claim(`host:${attempt}:1`);
      await deadly.study.releaseWorker(`host:${attempt}:1`);
    }
    expect((await runNext(deadly)).outcome).toBe("failed");
    const failed = await deadly.storage.getTrial(deadly.study.record.id, 0);
    expect(failed.reason).toMatchObject({
      kind: "lost",
      message: expect.stringContaining("3 times") as unknown,
    });
  });
});
