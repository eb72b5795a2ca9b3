/** The contract of the command line: what scripts see of it. One small study serves all claims that only read. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CliFolder, type TrialJson, type TrialsJson } from "./command-line.ts";

const study = `study: shapes
description: two values
data: { dataset: digits, train: 500, validation: 250 }
model: { kind: mlp, hidden: [32] }
training: { epochs: 3 }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize, reduce: best }
  parameters:
    training.weightDecay: { values: [0, 1e-2] }
`;

const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown;
let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
  await place.write("study.yaml", study);
  const { status, stdout, stderr } = await place.run("run", "study.yaml", "--workers", "2");
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^trial +state +weightDecay +objective +train\/accuracy +validation\/accuracy +epochs +time\n/,
  );
  expect(stdout).toMatch(/\n +#1 +completed +0\.01 /);
  expect(stdout).toMatch(/\nbest #\d 0\.\d+ \(95 % interval /);
  expect(stderr).toMatch(
    /^study shapes: 2 trials\nsearch +grid, seed 0\nobjective +maximize .*\n\[1\/2\] trial #\d completed {2}weightDecay /,
  );
  expect(stderr).toContain("tunesmith reproduce shapes");
}, 60_000);

afterAll(() => place.remove());

describe("JSON shapes", () => {
  test("trials", async () => {
    const { study: name, trials } = await place.json<TrialsJson>("trials", "shapes");
    expect(name).toBe("shapes");
    expect(trials.map(({ number, parameters }) => [number, parameters])).toEqual([
      [0, { "training.weightDecay": 0 }],
      [1, { "training.weightDecay": 0.01 }],
    ]);
    for (const trial of trials) {
      expect(trial).toMatchObject({ state: "completed", epochs: 3, resultHash: hash, reason: null });
      expect(trial.seed).toMatch(/^\d+$/);
      expect(trial.durationMs).toBeGreaterThan(0);
      const accuracy = trial.metrics["validation/accuracy"]!;
      expect(trial.objective).toBe(accuracy.best);
      expect(accuracy.bestEpoch).toBeGreaterThanOrEqual(1);
      expect(trial.metrics["hidden1/weight-mean-absolute"]).toMatchObject({ best: null, bestEpoch: null });
    }
  });

  test("trials sorted, filtered, with columns", async () => {
    const sorted = await place.json<TrialsJson>("trials", "shapes", "--sort", "-training.weightDecay");
    expect(sorted.trials.map(({ number }) => number)).toEqual([1, 0]);
    const filtered = await place.json<TrialsJson>(
      "trials",
      "shapes",
      "--filter",
      "training.weightDecay>0.001",
    );
    expect(filtered.trials.map(({ number }) => number)).toEqual([1]);
    const { stdout } = await place.run("trials", "shapes", "--columns", "number,training.weightDecay");
    expect(stdout).toBe("trial  weightDecay\n   #0            0\n   #1         0.01\n");
  });

  test("best", async () => {
    const best = await place.json<{ trial: TrialJson; interval: [number, number]; tiedWith: number[] }>(
      "best",
      "shapes",
    );
    expect(best).toMatchObject({ study: "shapes", trial: { state: "completed", resultHash: hash } });
    expect(best.interval[0]).toBeLessThan(best.trial.objective!);
    expect(best.interval[1]).toBeGreaterThan(best.trial.objective!);
    expect(best.tiedWith).not.toContain(best.trial.number);
  });

  test("ls and show", async () => {
    const list = await place.json<{ studies: unknown[] }>("ls");
    expect(list.studies).toContainEqual(expect.objectContaining({ name: "shapes", state: "finished" }));
    const shown = await place.json("show", "shapes");
    expect(shown).toMatchObject({
      study: "shapes",
      description: "two values",
      state: "finished",
      sampler: { name: "grid" },
      objective: { metric: "validation/accuracy", direction: "maximize", reduce: "best" },
      seed: "0",
      maxTrials: 2,
      progress: { completed: 2, isFinished: true },
      document: { data: { dataset: "digits", train: 500 }, training: { epochs: 3 } },
    });
    const trial = await place.json<{ curves: Record<string, [number, number][]> }>("show", "shapes", "1");
    expect(trial).toMatchObject({
      trial: { number: 1, resultHash: hash },
      document: { training: { weightDecay: 0.01 } },
      attempts: [{ attempt: 1, outcome: "completed" }],
    });
    expect(trial.curves["validation/loss"]!.map(([epoch]) => epoch)).toEqual([1, 2, 3]);
  });

  test("reproduce gives the recorded hash, and says so by its exit status", async () => {
    const { trials } = await place.json<TrialsJson>("trials", "shapes");
    const expected = trials[1]!.resultHash;
    expect(await place.json("reproduce", "shapes", "1")).toMatchObject({
      identical: true,
      expected,
      received: expected,
    });
    const other = await place.run("reproduce", "shapes", "1", "--backend", "reference", "--json");
    expect(other.status).toBe(1);
    expect(JSON.parse(other.stdout)).toMatchObject({ identical: false, expected, received: hash });
  });

  test("data and doctor", async () => {
    const { datasets } = await place.json<{ datasets: { name: string }[] }>("data", "ls");
    expect(datasets.map(({ name }) => name)).toContain("digits");
    expect(await place.json("data", "info", "digits")).toMatchObject({
      name: "digits",
      statistics: { contentHash: hash },
    });
    const report = await place.json<{ runtimes: { backend: string }[] }>("doctor");
    expect(report).toMatchObject({
      store: { problem: null },
      inUse: { backend: expect.any(String) as unknown },
    });
    expect(new Set(report.runtimes.map(({ backend }) => backend))).toEqual(
      new Set(["native", "wasm", "reference"]),
    );
  });
});

test("lr-find plots losses over rates and suggests one", async () => {
  const { status, stdout } = await place.run("lr-find", "study.yaml", "--svg", "curve.svg");
  expect(status).toBe(0);
  expect(stdout).toMatch(/\nsuggested learning rate [\d.e-]+ \(/);
  expect(stdout).toMatch(/1e-7 .* 1e1 {2}learning rate\n/);
  expect(await readFile(join(place.folder, "curve.svg"), "utf8")).toMatch(/^<svg /);
  const words = ["--from", "1e-5", "--to", "1", "--steps", "40", "--set", "training.optimizer=sgd"];
  const search = await place.json<{ points: { rate: number }[] }>("lr-find", "study.yaml", ...words);
  expect(search).toMatchObject({ study: "shapes", divergedAt: null });
  expect(search.points.map(({ rate }) => rate)).toHaveLength(40);
  const refused = await place.run("lr-find", "study.yaml", "--from", "-1");
  expect([refused.status, refused.stderr.split("\n")[0]]).toEqual([
    2,
    expect.stringMatching(/--from: expected a number above 0, got `-1`/),
  ]);
});

describe("export", () => {
  test("CSV has one row per trial under a header", async () => {
    const { stdout } = await place.run("export", "shapes");
    const [header, ...rows] = stdout.trimEnd().split("\r\n");
    expect(header).toMatch(/^number,state,training\.weightDecay,objective,/);
    expect(header).toMatch(/,epochs,durationMs,seed,resultHash,reason$/);
    expect(rows.map((row) => row.split(",").slice(0, 3))).toEqual([
      ["0", "completed", "0"],
      ["1", "completed", "0.01"],
    ]);
    expect(new Set(rows.map((row) => row.split(",").length))).toEqual(new Set([header!.split(",").length]));
  });

  test("JSON lines by the file's ending, written whole", async () => {
    const { status, stdout } = await place.run("export", "shapes", "-o", "trials.jsonl");
    expect([status, stdout]).toEqual([0, ""]);
    const lines = (await readFile(join(place.folder, "trials.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ study: "shapes", number: 0, document: expect.anything() as unknown }),
      expect.objectContaining({ number: 1, curves: expect.anything() as unknown }),
    ]);
    expect((await readdir(place.folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("weights of the best trial as they were kept, of another trained again", async () => {
    const best = await place.run("export", "shapes", "--weights", "best", "-o", "best.safetensors", "--json");
    const { trial, origin } = JSON.parse(best.stdout) as { trial: number; origin: string };
    expect(origin).toBe("as kept");
    const other = await place.run(
      "export",
      "shapes",
      "--weights",
      String(1 - trial),
      "-o",
      "other.safetensors",
    );
    expect(other.status).toBe(0);
    expect(other.stderr).toMatch(/were not kept: training it again/);
    const { trials } = await place.json<TrialsJson>("trials", "shapes");
    for (const [name, number] of [
      ["best", trial],
      ["other", 1 - trial],
    ] as const) {
      const file = await readFile(join(place.folder, `${name}.safetensors`));
      const header = JSON.parse(file.toString("utf8", 8, 8 + file.readUInt32LE(0))) as Record<string, object>;
      expect(header["__metadata__"]).toMatchObject({ format: "pt", resultHash: trials[number]!.resultHash });
      expect(header["hidden1.weight"]).toMatchObject({ dtype: "F32", shape: [32, 784] });
    }
  });

  test("weights need a file to go to", async () => {
    const { status, stderr } = await place.run("export", "shapes", "--weights", "0");
    expect(status).toBe(2);
    expect(stderr).toMatch(/expected `--output FILE.safetensors`, got none/);
  });

  test("a file that cannot be written", async () => {
    const { status, stderr } = await place.run("export", "shapes", "-o", "nowhere/trials.csv");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: nowhere\/trials\.csv: cannot be written: /);
  });
});

describe("exit status and error", () => {
  test.each([
    [["rnu"], 2, "error: unknown command `rnu`; did you mean `run`?\n"],
    [["ls", "--jsno"], 2, "error: unknown option `--jsno`; did you mean `--json`?\n"],
    [["run"], 2, "error: missing required argument `file`.\n"],
    [
      ["run", "study.yaml", "--workers", "0"],
      2,
      "error: --workers: expected a whole number >= 1, got `0`.\n",
    ],
    [
      ["run", "study.yaml", "--time-limit", "soon"],
      2,
      "error: --time-limit: expected a length of time > 0 such as 30s, 30m or 2h, got `soon`.\n",
    ],
    [
      ["run", "study.yaml"],
      2,
      "error: study `shapes`: a new study needs a name that is not in the store, got one that is.\nhint: Go on with it by `tunesmith resume shapes`, or give the new one another name by `--name NAME`.\n",
    ],
    [
      ["run", "study.yaml", "--name", "x", "--set", "training.epochs=0"],
      4,
      "error: --set training.epochs=0: training.epochs: expected a number >= 1, got 0.\n",
    ],
    [
      ["run", "study.yaml", "--name", "x", "--set", "data.train=99999"],
      4,
      "error: data: `train` and `validation` must together be at most 12000, the examples of `digits`, got 99999 + 250 = 100249.\n",
    ],
    [["trials", "shpaes"], 3, /^error: .*did you mean `shapes`\?/],
    [["show", "shapes", "9"], 3, /^error: /],
    [["show", "shapes", "nine"], 2, "error: trial: expected its number, 0 or more, got `nine`.\n"],
    [
      ["show", "shapes", "--store", "elsewhere"],
      3,
      "error: study `shapes`: there is no store in `elsewhere`.\n",
    ],
    [
      ["run", "study.yaml", "--store", "memory:"],
      2,
      "error: store: worker processes need a folder that they can share, got `memory:`.\n",
    ],
    [["ls", "--store", "mysql://u:secret@h/d"], 2, /^error: store: (?!.*secret)/],
    [
      ["ls", "--store", "postgres://u:secret@127.0.0.1:1/d"],
      3,
      /^error: store `postgres:..u@127.0.0.1:1.d`: (?!.*secret)/,
    ],
    [
      ["trials", "shapes", "--columns", "objectve"],
      2,
      "error: trials: unknown column `objectve`; did you mean `objective`?\n",
    ],
    [
      ["trials", "shapes", "--filter", "objective"],
      2,
      "error: --filter: expected a column, one of = != < <= > >=, and a value, got `objective`.\n",
    ],
    [["data", "info", "digit"], 3, /^error: .*did you mean `digits`\?/],
    [["resume", "nothing"], 3, /^error: /],
  ] as const)("%j", async (words, expected, message) => {
    const { status, stdout, stderr } = await place.run(...words);
    expect(stderr).not.toMatch(/^ +at /m);
    if (typeof message === "string") expect(stderr.slice(0, message.length)).toBe(message);
    else expect(stderr).toMatch(message);
    expect(stdout).toBe("");
    expect(status).toBe(expected);
  });

  test("a failed start leaves no study behind", async () => {
    const { studies } = await place.json<{ studies: { name: string }[] }>("ls");
    expect(studies.map(({ name }) => name)).not.toContain("x");
  });

  test("a time limit before any result is NO_RESULT, status 5, and the study can be resumed", async () => {
    const words = [
      "run",
      "study.yaml",
      "--name",
      "limited",
      "--set",
      "training.epochs=1000000",
      "--time-limit",
      "1500ms",
    ];
    const { status, stderr } = await place.run(...words);
    expect(stderr).toContain(
      "error: study `limited`: the time limit ended the run before any trial was completed.",
    );
    expect(status).toBe(5);
    expect(await place.json("show", "limited")).toMatchObject({ progress: { running: 0, remaining: 2 } });
  });

  test("trials that diverge are results; when nothing else came of the study, it is 1", async () => {
    // Each step multiplies a weight by about 1 - 10 * 2: nothing else can come of it.
    const growing = study
      .replace("epochs: 3", "epochs: 3, optimizer: sgd, learningRate: 10")
      .replace("[0, 1e-2]", "[2, 3]");
    await place.write("diverge.yaml", growing);
    expect((await place.run("run", "diverge.yaml", "--name", "diverged")).status).toBe(1);
    const { trials } = await place.json<TrialsJson>("trials", "diverged");
    expect(trials.map(({ state, reason }) => [state, reason?.kind])).toEqual([
      ["failed", "diverged"],
      ["failed", "diverged"],
    ]);
    expect(trials[0]!.reason!.message).toMatch(/at step \d+/);
  });

  test("a finished study resumes to the same table", async () => {
    const { status, stdout } = await place.run("resume", "shapes");
    expect(status).toBe(0);
    expect(stdout).toMatch(/#1 +completed/);
  });
});

describe("init, quiet and detach", () => {
  test("init writes a file that runs, and refuses to write over one", async () => {
    expect((await place.run("init", "new.yaml")).status).toBe(0);
    const again = await place.run("init", "new.yaml");
    expect([again.status, again.stderr.split("\n")[0]]).toEqual([
      2,
      "error: init: `new.yaml` must not exist yet, got a file that does.",
    ]);
    const { status } = await place.run(
      "run",
      "new.yaml",
      "--set",
      "training.epochs=1",
      "--max-trials",
      "2",
      "--quiet",
    );
    expect(status).toBe(0);
  });

  test("--json with --quiet prints one document and nothing else", async () => {
    const { stdout, stderr } = await place.run("run", "study.yaml", "--name", "quiet", "--json", "--quiet");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      study: "quiet",
      end: "finished",
      trials: [{ number: 0 }, { number: 1 }],
    });
  });

  test("--detach returns when the study runs; it can be stopped from elsewhere", async () => {
    const words = [
      "run",
      "study.yaml",
      "--name",
      "background",
      "--set",
      "training.epochs=100000",
      "--detach",
      "--json",
    ];
    const { status, stdout } = await place.run(...words);
    expect(status).toBe(0);
    const { pid } = JSON.parse(stdout) as { pid: number };
    expect((await place.run("stop", "background")).status).toBe(0);
    while (isAlive(pid)) await new Promise(setImmediate);
    // How many of the workers had claimed a trial by then is a matter of time.
    expect(await place.json("show", "background")).toMatchObject({
      state: "unfinished",
      progress: { running: 0, completed: 0 },
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
