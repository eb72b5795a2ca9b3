/** Sweep files run through the command line, each with a small program in the place of its own. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CliFolder, type TrialJson, type TrialsJson } from "../cli/command-line.ts";

const folder = fileURLToPath(new URL("files", import.meta.url));

/** Reports every metric that the files ask for, and tells how it was started. */
const trainer = `
import { readFileSync } from "node:fs";
const config = JSON.parse(readFileSync(process.env.TUNESMITH_CONFIG, "utf8"));
console.log("started " + JSON.stringify({ words: process.argv.slice(2), config, run: process.env.WANDB_RUN_ID }));
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = 1 / (1 + epoch);
  console.log(JSON.stringify({ loss, val_loss: loss, "val/loss": loss, val: { loss }, accuracy: 1 - loss, seconds: 1 }));
}
`;

interface Started {
  readonly words: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly run: string;
}

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("train.mjs", trainer);
  await place.write("train.js", trainer.replace(/import .*/, `const { readFileSync } = require("node:fs");`));
});

afterAll(() => place.remove());

async function trialsOf(study: string): Promise<readonly TrialJson[]> {
  return (await place.json<TrialsJson>("trials", study)).trials;
}

/** How a trial's program was started, by its log. */
async function startOf(study: string, trial: number): Promise<Started> {
  const log = await readFile(join(place.store, "logs", encodeURIComponent(study), `${trial}.log`), "utf8");
  return JSON.parse(/^started (.*)$/m.exec(log)![1]!) as Started;
}

async function runFile(name: string, ...words: readonly string[]) {
  await place.write(name, await readFile(join(folder, name), "utf8"));
  return place.run(
    "run",
    name,
    "--set",
    "program=train.mjs",
    "--max-trials",
    "3",
    "--workers",
    "2",
    ...words,
  );
}

test.each([
  ["01-pytorch-bayes.yaml", 3],
  ["02-grid.yaml", 3],
  ["04-exponents.yaml", 3],
  ["09-nested.yaml", 3],
  ["12-hyperband-downwards.yaml", 3],
  ["15-no-metric.yaml", 2],
  ["21-python-words.yaml", 3],
  ["24-bare-values.yaml", 3],
  ["25-grid-over-ranges.yaml", 3],
  ["30-ax-and-launch.yaml", 3],
  ["33-names.yaml", 3],
] as const)("%s runs", async (name, count) => {
  const study = name.replace(".yaml", "");
  const { status, stderr } = await runFile(name);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const trials = await trialsOf(study);
  expect(trials).toHaveLength(count);
  for (const { number, state, objective, parameters } of trials) {
    expect({ state, objective }).toEqual({ state: "completed", objective: expect.any(Number) as unknown });
    const { words, config, run } = await startOf(study, number);
    expect(run).toBe(`${study}-${number}`);
    expect(words).toHaveLength(Object.keys(config).length);
    for (const [path, value] of Object.entries(parameters)) {
      // Only the file of odd names has some that are changed in tables.
      if (path.endsWith("_")) continue;
      const found = Object.hasOwn(config, path)
        ? config[path]
        : path.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], config);
      expect(found).toEqual(value);
    }
  }
});

test("a program gets its own names, whatever tables call them", async () => {
  const { config } = await startOf("33-names", 0);
  expect(Object.keys(config).toSorted()).toEqual(["1", "command", "data/path", "length", "lr.", "seed"]);
});

test("what is traded off has columns of its own", async () => {
  const { stdout } = await place.run("trials", "30-ax-and-launch");
  expect(stdout).toMatch(/^trial +state +lr +objective +seconds +epochs +time$/m);
});

test("a sweep whose program is JavaScript runs as it is", async () => {
  await place.write("34-node-program.yaml", await readFile(join(folder, "34-node-program.yaml"), "utf8"));
  const run = await place.run("run", "34-node-program.yaml", "--set", "metric.name=val_loss");
  expect(run).toMatchObject({ status: 0 });
  const { words } = await startOf("34-node-program", 0);
  expect(words).toEqual([expect.stringMatching(/^--lr=0\.\d+$/)]);
});

test("a sweep of built-in training runs as it is", async () => {
  await place.write("36-own-training.yaml", await readFile(join(folder, "36-own-training.yaml"), "utf8"));
  expect(await place.run("run", "36-own-training.yaml")).toMatchObject({ status: 0 });
  const trials = await trialsOf("weight decay");
  expect(trials.map(({ parameters }) => parameters)).toEqual(
    [0, 0.001].flatMap((decay) =>
      [1e-3, 1e-2].map((rate) => ({ "training.weightDecay": decay, "training.learningRate": rate })),
    ),
  );
});

test("a command's words, a variable set by env and a file of values", async () => {
  const { status } = await runFile("40-kitchen-sink.yml");
  expect(status).toBe(0);
  const { words, config } = await startOf("kitchen-sink -4", 0);
  expect(JSON.parse(await readFile(words[0]!, "utf8"))).toEqual(config);
  expect(config).toMatchObject({ use_amp: true, encoder: { kind: expect.any(String) as unknown } });
});

test("check says what is understood, and that it is no error", async () => {
  await place.write("19-unknown-keys.yaml", await readFile(join(folder, "19-unknown-keys.yaml"), "utf8"));
  const { status, stderr } = await place.run("check", "19-unknown-keys.yaml");
  expect(status).toBe(0);
  expect(stderr).toContain("19-unknown-keys.yaml: command: expected the program `train.py` in");
  expect(stderr).toContain(
    "warning: 19-unknown-keys.yaml:2: unknown key `metod` is not used; did you mean `method`?",
  );
  expect(stderr).toMatch(/19-unknown-keys\.yaml: 7 warnings\n$/);
});

test("a sweep without its program is refused before anything is written", async () => {
  await place.write("31.yaml", await readFile(join(folder, "31-function-without-program.yaml"), "utf8"));
  const nameless = await place.run("run", "31.yaml");
  expect(nameless).toMatchObject({ status: 4 });
  expect(nameless.stderr).toContain("error: command: expected a program to run, got none");
  const gone = await place.run("run", "31.yaml", "--set", "program=gone.mjs");
  expect(gone.stderr).toContain("error: command: expected the program `gone.mjs` in");
  expect((await place.run("show", "31")).stderr).toContain("31");
});

describe("how a program ends", () => {
  const script = `
const [, how] = process.argv[2].split("=");
console.error("about to " + how);
const metric = (name) => console.log(JSON.stringify({ [name]: 1 }));
switch (how) {
  case "succeed": metric("loss"); break;
  case "exit": metric("loss"); process.exit(3);
  case "crash": process.kill(process.pid, "SIGSEGV"); setInterval(() => {}, 1000); break;
  case "silence": break;
  case "slip": metric("los"); break;
  case "hang": metric("loss"); setInterval(() => {}, 1000);
}
`;
  let trials: readonly TrialJson[];

  beforeAll(async () => {
    await place.write("ends.mjs", script);
    await place.write(
      "ends.yaml",
      `program: ends.mjs
method: grid
metric: { name: loss, goal: minimize }
trial_seconds: 8
parameters: { how: { values: [succeed, exit, crash, silence, slip, hang] } }
`,
    );
    expect(await place.run("run", "ends.yaml", "--workers", "2")).toMatchObject({ status: 1 });
    trials = await trialsOf("ends");
  }, 60_000);

  test.each([
    [0, "completed", null, null],
    [1, "failed", "error", "its program ended with exit code 3; its last line: about to exit"],
    [2, "failed", "error", "its program was ended by signal SIGSEGV; its last line: about to crash"],
    [
      3,
      "failed",
      "error",
      'its program reported no metric: expected a line such as {"loss": 0.5} on its output, got none; its last line: about to silence',
    ],
    [4, "failed", "error", /reported no `loss`: .* got `los`; did the study mean `los`\?/],
    [5, "failed", "timeout", "its program took more than 8 s and was ended."],
  ] as const)("trial %i", (number, state, kind, message) => {
    const trial = trials[number]!;
    expect(trial.state).toBe(state);
    expect(trial.reason?.kind ?? null).toBe(kind);
    if (message instanceof RegExp) expect(trial.reason?.message).toMatch(message);
    else if (message !== null && number !== 1) expect(trial.reason?.message).toBe(message);
    // Two streams have no common order.
    else if (number === 1)
      expect(trial.reason?.message).toMatch(/^its program ended with exit code 3; its last line: /);
  });

  test("show prints the last lines of a failure", async () => {
    const { stdout } = await place.run("show", "ends", "2");
    expect(stdout).toContain("last lines of its output\nabout to crash");
  });

  test("what is only for built-in training says so", async () => {
    for (const words of [
      ["reproduce", "ends", "0"],
      ["export", "ends", "--weights", "0", "-o", "w.safetensors"],
    ]) {
      const { status, stderr } = await place.run(...words);
      expect(status).toBe(2);
      expect(stderr).toContain("got a trial that ran a program");
    }
  });
});

test("W&B's early stopping ends a program that would go on for ever", async () => {
  await place.write(
    "endless.mjs",
    `const value = Number(process.argv[2].split("=")[1]);
process.on("SIGTERM", () => { console.log("asked to stop"); process.exit(0); });
for (let step = 1; step <= 3; step++) console.log(JSON.stringify({ loss: value / step, step }));
if (value > 1) setInterval(() => {}, 1000);
`,
  );
  await place.write(
    "early.yaml",
    `program: endless.mjs
method: grid
metric: { name: loss, goal: minimize }
early_terminate: { type: hyperband, min_iter: 2, eta: 3 }
parameters: { value: { values: [1, 2, 3] } }
`,
  );
  expect(await place.run("run", "early.yaml", "--workers", "1")).toMatchObject({ status: 0 });
  const trials = await trialsOf("early");
  expect(trials.map(({ state }) => state)).toEqual(["completed", "stopped", "stopped"]);
  expect(trials[1]!.reason).toMatchObject({
    kind: "scheduler",
    message: expect.stringContaining("wandb-hyperband") as unknown,
  });
  const log = await readFile(join(place.store, "logs", "early", "1.log"), "utf8");
  expect(log).toContain("asked to stop");
});

test("an interrupted program is ended, and its trial runs again on resume", async () => {
  await place.write(
    "long.mjs",
    `import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const mark = join(process.env.TUNESMITH_FOLDER, "mark");
const isSecond = existsSync(mark);
writeFileSync(mark, "");
console.log(JSON.stringify({ loss: isSecond ? 1 : 2, step: 1 }));
if (!isSecond) { console.error("waiting"); setInterval(() => {}, 1000); }
`,
  );
  await place.write(
    "long.yaml",
    `program: long.mjs\nmethod: grid\nmetric: { name: loss, goal: minimize }\nparameters: { a: { values: [1] } }\n`,
  );
  const run = place.start("run", "long.yaml", "--workers", "1");
  await run.stderrMatches(/study long/);
  const log = join(place.store, "logs", "long", "0.log");
  while (!(await readFile(log, "utf8").catch(() => "")).includes("waiting")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  run.child.kill("SIGINT");
  expect(await run.finished).toMatchObject({ status: 130 });
  expect((await trialsOf("long"))[0]).toMatchObject({ state: "waiting" });
  expect(await place.run("resume", "long")).toMatchObject({ status: 0 });
  expect((await trialsOf("long"))[0]).toMatchObject({ state: "completed", objective: 1 });
});
