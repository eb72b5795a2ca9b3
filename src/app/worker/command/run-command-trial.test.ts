import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../../../base/index.ts";
import { createSpace } from "../../../search/space/index.ts";
import { MemoryStorage } from "../../../search/storage/index.ts";
import { Study } from "../../../search/study/index.ts";
import type { SchedulerChoice } from "../../../search/trial/index.ts";
import type { CommandSettings } from "../../spec/index.ts";
import type { WorkerMessage } from "../messages.ts";
import type { CommandTrialContext } from "./command-attempt.ts";
import { readProcess } from "./processes/process-table.ts";
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

interface SettingOptions {
  readonly scheduler?: SchedulerChoice;
  readonly command?: Partial<CommandSettings>;
  readonly env?: NodeJS.ProcessEnv;
}

/** A study whose trials run the code with `x` as its argument, 1 in the first trial and 2 in the second. */
async function setting(code: string, options: SettingOptions = {}): Promise<Setting> {
  const { scheduler, env } = options;
  const storage = new MemoryStorage();
  const command = {
    arguments: [process.execPath, "-e", code, "${x}"],
    program: null,
    interpreter: "node",
    folder,
    parameters: ["x"],
    graceMs: 10_000,
    ...options.command,
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
  const context = { study, storage, clock: systemClock, stop, send, store: folder };
  return { storage, study, sent, context: { ...context, ...(env === undefined ? {} : { env }) } };
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
      { scheduler: { name: "asha", options: { mode: "promote", minSteps: 1, eta: 2, maxSteps: 2 } } },
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

/** The first trial after one attempt, and what was said meanwhile. */
async function endOf(code: string, options: SettingOptions = {}) {
  const one = await setting(code, options);
  const { outcome } = await runNext(one);
  const { id } = one.study.record;
  const trial = await one.storage.getTrial(id, 0);
  const warnings = one.sent.flatMap((message) => (message.kind === "warning" ? [message.message] : []));
  return { ...one, outcome, trial, reason: trial.reason, warnings };
}

const report = `console.log('{"loss": 1}');`;

describe("a program's end", () => {
  test.each<[string, string, string, RegExp]>([
    [
      "an exit code",
      `${report} process.exit(3)`,
      "error",
      /^its program ended with exit code 3; its last line: /,
    ],
    [
      "a signal that somebody else sent",
      `${report} process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)`,
      "error",
      /^its program was ended by signal SIGKILL, which was not sent from here; /,
    ],
    [
      "the words of an allocation that failed",
      `${report} console.error("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB\\n  at end"); process.exit(1)`,
      "out-of-memory",
      /^its program could not get the memory that it asked for: torch\.OutOfMemoryError: CUDA/,
    ],
    [
      "no metric",
      `console.log("epoch 1, all well")`,
      "error",
      /^its program reported no metric: .*; its last line: epoch 1, all well$/,
    ],
    ["no output", ``, "error", /got none; it printed nothing\.$/],
    ["garbage", `process.stdout.write(Buffer.alloc(100_000, 255))`, "error", /reported no metric/],
    [
      "an objective that is no number",
      `console.log('{"loss": NaN, "step": 4}'); process.exit(1)`,
      "diverged",
      /^`loss` was NaN at step 4\.$/,
    ],
  ])("%s", async (_, code, kind, message) => {
    const { outcome, reason } = await endOf(code);
    expect({ outcome, kind: reason?.kind }).toEqual({ outcome: "failed", kind });
    expect(reason!.message).toMatch(message);
    expect(reason!.facts).toMatchObject({ log: join(folder, "logs", "s", "0.log") });
  });

  test.each<[string, readonly string[], RegExp]>([
    [
      "a file that is not there",
      ["./trian.sh"],
      /there is no file `\.\/trian\.sh` in .*; did you mean `train\.sh`\?$/,
    ],
    [
      "a name that is not on the PATH",
      ["nodd"],
      /there is no program `nodd` on the PATH; did you mean `node`\?$/,
    ],
    [
      "a file that is not executable",
      ["./train.sh"],
      /`\.\/train\.sh` is not executable: make it so by `chmod \+x/,
    ],
    [
      "an interpreter that is not there",
      ["./lost.sh"],
      /the first line of `\.\/lost\.sh` names `\/nowhere\/sh`, which is not there\.$/,
    ],
    ["a folder", ["./"], /`\.\/` is a folder\.$/],
    ["a word that no command line holds", ["a\0b"], /could not be started: /],
  ])("%s, and is not tried again", async (_, words, message) => {
    await writeFile(join(folder, "train.sh"), "echo");
    await writeFile(join(folder, "lost.sh"), "#!/nowhere/sh\n", { mode: 0o755 });
    const env = { ...process.env, PATH: dirname(process.execPath) };
    const { outcome, reason } = await endOf("", { command: { arguments: [...words], retries: 2 }, env });
    expect({ outcome, kind: reason?.kind }).toEqual({ outcome: "failed", kind: "error" });
    expect(reason!.message).toMatch(/^its program could not be started: /);
    expect(reason!.message).toMatch(message);
  });

  test("that does not come in time", async () => {
    const { reason } = await endOf(`${report} setInterval(() => {}, 1000)`, {
      command: { timeLimitMs: 300 },
    });
    expect(reason).toMatchObject({
      kind: "timeout",
      message: "its program took more than 0.3 s and was ended.",
    });
  });

  test("that it does not want to come to comes by SIGKILL", async () => {
    const { reason } = await endOf(
      `process.on("SIGTERM", () => console.log("no")); ${report} setInterval(() => {}, 1000)`,
      { command: { timeLimitMs: 1000, graceMs: 50 } },
    );
    expect(reason).toMatchObject({ kind: "timeout" });
  });

  test.runIf(process.platform === "linux")(
    "by more memory than it may have, with all that it starts",
    async () => {
      const hog = `const all = []; setInterval(() => all.push(Buffer.alloc(20_000_000, 1)), 1)`;
      const { reason } = await endOf(
        `${report} require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(hog)}], { stdio: "inherit" })`,
        { command: { memoryLimitBytes: 300e6 } },
      );
      expect(reason?.kind).toBe("out-of-memory");
      expect(reason!.message).toMatch(
        /^its program took \d+ MB of memory, more than the limit of 300 MB, and was ended\.$/,
      );
    },
  );

  test.runIf(process.platform === "linux")(
    "is the end of what it has left behind in a session of its own",
    async () => {
      const daemon = `require("node:fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000)`;
      const { outcome, warnings } = await endOf(
        `${report}
       const { spawn } = require("node:child_process");
       spawn(process.execPath, ["-e", ${JSON.stringify(daemon)}], { stdio: "ignore", detached: true }).unref();
       const { existsSync } = require("node:fs");
       const wait = setInterval(() => existsSync("pid") && clearInterval(wait), 5);`,
      );
      expect(outcome).toBe("completed");
      expect(warnings).toEqual(["trial 0: its program ended and left a process running, which was ended."]);
      expect(readProcess(Number(await readFile(join(folder, "pid"), "utf8")))).toBeUndefined();
    },
  );

  test("of a hundred thousand reports leaves each in the store, however slow that is", async () => {
    const one = await setting(
      `let text = ""; for (let i = 1; i <= 100_000; i++) text += '{"loss": ' + i + '}\\n'; process.stdout.write(text)`,
    );
    let inFlight = 0;
    let most = 0;
    const slow: Study["report"] = async (lease, observations) => {
      inFlight += observations.length;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 20));
      inFlight -= observations.length;
      return one.study.constructor.prototype.report.call(one.study, lease, observations);
    };
    one.study.report = slow;
    expect((await runNext(one)).outcome).toBe("completed");
    expect(await one.storage.getTrial(one.study.record.id, 0)).toMatchObject({ objectiveValue: 100_000 });
    expect(most).toBeLessThan(60_000);
  });
});

describe("a program that fails", () => {
  const flaky = `
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { TUNESMITH_FOLDER, TUNESMITH_ATTEMPT, TUNESMITH_SEED } = process.env;
const mark = TUNESMITH_FOLDER + "/checkpoint";
const before = existsSync(mark) ? readFileSync(mark, "utf8") : "";
writeFileSync(mark, before + TUNESMITH_ATTEMPT + ":" + TUNESMITH_SEED + " ");
console.log(JSON.stringify({ loss: before.length }));
if (before.split(" ").length < 3) { console.log("oh no"); process.exit(9); }
`;

  test("is tried again under the same number, values, seed and folder, and each attempt is recorded", async () => {
    const one = await setting(flaky, { command: { retries: 2 } });
    const runs = [await runNext(one), await runNext(one), await runNext(one)];
    expect(runs.map(({ outcome }) => outcome)).toEqual(["handed-back", "handed-back", "completed"]);
    expect(
      new Set(runs.map(({ trial }) => JSON.stringify([trial.number, trial.parameters, trial.seed]))).size,
    ).toBe(1);
    const { seed } = runs[0]!.trial;
    const kept = await readFile(join(folder, "commands", "s", "0", "checkpoint"), "utf8");
    expect(kept).toBe([1, 2, 3].map((attempt) => `${attempt}:${seed} `).join(""));
    const attempts = await one.storage.listAttempts(runs[0]!.trial.id);
    expect(attempts.map(({ outcome, reason }) => [outcome, reason?.message ?? null])).toEqual([
      ["waiting", "its program ended with exit code 9; its last line: oh no"],
      ["waiting", "its program ended with exit code 9; its last line: oh no"],
      ["completed", null],
    ]);
    const warnings = one.sent.flatMap((message) => (message.kind === "warning" ? [message.message] : []));
    expect(warnings).toEqual([
      "trial 0 is tried again (1 of 2): its program ended with exit code 9; its last line: oh no",
      "trial 0 is tried again (2 of 2): its program ended with exit code 9; its last line: oh no",
    ]);
  });

  test("has failed after the last retry", async () => {
    const one = await setting(`process.exit(1)`, { command: { retries: 1 } });
    expect((await runNext(one)).outcome).toBe("handed-back");
    expect((await runNext(one)).outcome).toBe("failed");
    expect(await one.storage.getTrial(one.study.record.id, 0)).toMatchObject({ state: "failed", attempt: 2 });
  });

  test("by a value that is no number is not tried again", async () => {
    const { outcome, reason } = await endOf(`console.log('{"loss": Infinity}')`, { command: { retries: 3 } });
    expect({ outcome, kind: reason?.kind }).toEqual({ outcome: "failed", kind: "diverged" });
  });

  test("by a pattern that matches for ever is not tried again", async () => {
    const { outcome, reason } = await endOf(`console.log("a".repeat(60)); setInterval(() => {}, 1000)`, {
      command: { retries: 3, metrics: { patterns: { loss: "^(?:a+)+b(.)" } } },
    });
    expect(outcome).toBe("failed");
    expect(reason!.message).toMatch(/^the pattern of `loss` must match within 2 s/);
  });
});

describe("metrics of a running program", () => {
  const post = `
const tell = async (body) => {
  const answer = await fetch(process.env.TUNESMITH_METRICS_URL, {
    method: "POST", headers: { authorization: "Bearer " + process.env.TUNESMITH_TOKEN }, body: JSON.stringify(body),
  });
  return answer.json();
};`;

  test("come by all ways into one curve", async () => {
    const { outcome, trial, storage } = await endOf(
      `${post}
       const { writeFileSync } = require("node:fs");
       console.log('{"loss": 4, "step": 1}');
       console.error("acc=0.5");
       writeFileSync(process.env.TUNESMITH_METRICS_FILE, "step,lr\\n1,0.1\\n2,0.2\\n");
       tell({ loss: 3, step: 2 });`,
      { command: { metrics: { patterns: { acc: "acc=(.+)" } } } },
    );
    expect({ outcome, value: trial.objectiveValue }).toEqual({ outcome: "completed", value: 3 });
    const curve = async (metric: string) =>
      (await storage.listObservations(trial.id, metric)).map(({ step, value }) => [step, value]);
    expect([await curve("loss"), await curve("acc"), await curve("lr")]).toEqual([
      [
        [1, 4],
        [2, 3],
      ],
      [[1, 0.5]],
      [
        [1, 0.1],
        [2, 0.2],
      ],
    ]);
  });

  test("over HTTP are answered by what the scheduler rules, and a program may end itself", async () => {
    const one = await setting(
      `${post}
       process.on("SIGTERM", () => { console.log("was asked"); process.exit(1); });
       (async () => {
         for (let step = 1; step <= 4; step++) {
           const answer = await tell({ loss: Number(process.argv[1]), step });
           console.log(JSON.stringify(answer));
           if (!answer.continue) break;
         }
       })();`,
      { scheduler: { name: "asha", options: { minSteps: 1, eta: 2, maxSteps: 4 } } },
    );
    const outcomes = [(await runNext(one)).outcome, (await runNext(one)).outcome];
    expect(outcomes).toEqual(["completed", "stopped"]);
    const log = await readFile(join(folder, "logs", "s", "1.log"), "utf8");
    expect(log).toMatch(/^\{"continue":false,"reason":"[^\n]*asha[^\n]*"\}\n$/);
  });

  test("are refused of whoever has not the token, which stands nowhere", async () => {
    const one = await setting(
      `(async () => {
         const { status } = await fetch(process.env.TUNESMITH_METRICS_URL, { method: "POST", body: '{"loss": 7}' });
         console.log("status " + status);
         console.log(process.env.TUNESMITH_TOKEN + " " + process.env.MY_API_KEY);
         console.log(JSON.stringify({ [process.env.TUNESMITH_TOKEN]: 1, loss: 1, key: 2 }));
         console.error("bye " + process.env.MY_API_KEY);
         process.exit(3);
       })();`,
      {
        env: {
          ...process.env,
          MY_API_KEY: "a-secret-key",
          TUNESMITH_STORE: "postgres://u:pass-word@host/db",
        },
      },
    );
    const { trial } = await runNext(one);
    const log = await readFile(join(folder, "logs", "s", "0.log"), "utf8");
    expect(log).toContain("status 401\n*** ***\n");
    const record = await one.storage.getTrial(one.study.record.id, 0);
    expect(record.reason!.message).toContain("exit code 3");
    const observations = await one.storage.listObservations(trial.id);
    expect(observations.map(({ metric }) => metric).toSorted()).toEqual(["key", "loss"]);
    expect(JSON.stringify([log, record, observations, one.sent])).not.toMatch(/a-secret-key|pass-word/);
  });
});
