/** Study files of programs through the command line, each with a small program of JavaScript. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CliFolder, type TrialsJson } from "../cli/command-line.ts";

let place: CliFolder;

beforeAll(async () => {
  place = await CliFolder.create();
});

afterAll(() => place.remove());

const trialsOf = async (study: string) => (await place.json<TrialsJson>("trials", study)).trials;

const logOf = (study: string, trial: number) =>
  readFile(join(place.store, "logs", study, `${trial}.log`), "utf8");

const hasPython = spawnSync("python3", ["--version"]).status === 0;

test("init --command writes a study that checks without a warning", async () => {
  const written = await place.run("init", "new.yaml", "--command");
  expect(written).toMatchObject({ status: 0 });
  expect(written.stdout).toMatch(/^new\.yaml and train\.py written; run it with\ntunesmith run new\.yaml\n$/);
  expect(await place.run("check", "new.yaml")).toMatchObject({
    status: 0,
    stderr: expect.stringContaining("new.yaml: no warnings") as unknown,
  });
  const again = await place.run("init", "other.yaml", "--command");
  expect(again).toMatchObject({ status: 2 });
  expect(again.stderr).toContain("error: init: `train.py` must not exist yet, got a file that does.");
});

test.runIf(hasPython)("and runs", async () => {
  const { status, stderr } = await place.run("run", "new.yaml", "--max-trials", "3", "--workers", "1");
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect((await trialsOf("my-program")).map(({ state }) => state)).toContain("completed");
});

test("a program gets active parameters, derived values, its environment and its seed", async () => {
  await place.write(
    "tell.mjs",
    `console.log("told " + JSON.stringify([process.argv.slice(2), process.env.RATE, process.env.TUNESMITH_SEED, process.cwd()]));
console.log(JSON.stringify({ loss: 1 }));
`,
  );
  await place.write(
    "tell.yaml",
    `study: tell
command:
  program: tell.mjs
  run: ["\${interpreter}", "\${program}", "--seed=\${seed}", "\${args}"]
  env: { RATE: "rate \${lr}; $(touch oops)" }
search:
  method: grid
  metric: { name: loss, goal: minimize }
  replicates: { count: 2, racing: false }
  parameters:
    lr: { value: 0.5 }
    opt: { values: [adam, sgd] }
    opt.momentum: { value: 0.9, when: { opt: sgd } }
  derived: { lr.end: "lr / 10" }
`,
  );
  const { status, stderr } = await place.run("run", "tell.yaml", "--workers", "1");
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const trials = await trialsOf("tell");
  expect(trials).toHaveLength(4);
  expect(new Set(trials.map(({ seed }) => seed)).size).toBeGreaterThan(1);
  for (const { number, parameters, seed } of trials) {
    const [, told] = /^told (.*)$/m.exec(await logOf("tell", number))!;
    const momentum = parameters["opt"] === "sgd" ? ["--opt.momentum=0.9"] : [];
    const words = [`--seed=${seed}`, "--lr=0.5", `--opt=${String(parameters["opt"])}`, ...momentum];
    expect(JSON.parse(told!)).toEqual([
      [...words, "--lr.end=0.05"],
      "rate 0.5; $(touch oops)",
      seed,
      expect.stringContaining("tunesmith-cli-"),
    ]);
  }
});

test("what cannot be started is refused before anything is written, and check warns of it", async () => {
  const study = (command: string) => `study: absent
command: ${command}
search: { method: grid, metric: { name: loss, goal: minimize }, parameters: { a: { value: 1 } } }
`;
  await place.write("absent.yaml", study("{ program: tel.mjs }"));
  const message =
    /command: expected the program `tel\.mjs` in .*, got no such file; did you mean `tell\.mjs`\?\n/;
  expect((await place.run("check", "absent.yaml")).stderr).toMatch(message);
  const refused = await place.run("run", "absent.yaml");
  expect(refused).toMatchObject({ status: 4 });
  expect(refused.stderr).toMatch(message);
  await place.write("absent.yaml", study("{ run: [./tel.mjs] }"));
  expect((await place.run("run", "absent.yaml")).stderr).toMatch(
    /got none: there is no file `\.\/tel\.mjs` in .*; did you mean `tell\.mjs`\?\n/,
  );
  expect((await place.run("show", "absent")).status).toBe(3);
});

test("a failed program is tried again, and show tells of each attempt", async () => {
  await place.write(
    "flaky.mjs",
    `if (process.env.TUNESMITH_ATTEMPT === "1") throw new Error("no luck");
console.log(JSON.stringify({ loss: 1 }));
`,
  );
  await place.write(
    "flaky.yaml",
    `program: flaky.mjs
method: grid
retries: 1
metric: { name: loss, goal: minimize }
parameters: { a: { value: 1 } }
`,
  );
  const { status, stderr } = await place.run("run", "flaky.yaml");
  expect(status).toBe(0);
  expect(stderr).toContain("warning: trial 0 is tried again (1 of 1): its program ended with exit code 1");
  const { stdout } = await place.run("show", "flaky", "0");
  expect(stdout).toMatch(/^attempt 1 +error: its program ended with exit code 1;/m);
  expect(stdout).toMatch(/^state +completed$/m);
});

describe("the guide", () => {
  const guide = readFileSync(fileURLToPath(new URL("../../docs/guide/commands.md", import.meta.url)), "utf8");
  const codeOf = (language: string) => new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "ms").exec(guide)![1]!;
  const study = (name: string, command: string, scheduler = "") => `study: ${name}
command: ${command}
search:
  method: grid
  metric: { name: loss, goal: minimize }
  ${scheduler}
  parameters: { rate: { value: 2 } }
`;

  test.runIf(hasPython)("has a piece of Python that works with and without Tunesmith", async () => {
    await place.write("guide.py", codeOf("python"));
    const alone = spawnSync("python3", [join(place.folder, "guide.py")], { encoding: "utf8" });
    expect(alone).toMatchObject({ status: 0, stderr: "" });
    expect(alone.stdout).toContain("10 {'loss': 0.1}");
    await place.write(
      "guide-py.yaml",
      study("guide-py", "{ program: guide.py }", "scheduler: { name: threshold, warmupSteps: 2, max: 0.3 }"),
    );
    await place.run("run", "guide-py.yaml");
    const [trial] = await trialsOf("guide-py");
    expect(trial).toMatchObject({ state: "stopped", objective: 0.5, epochs: 2 });
  });

  test.skipIf(process.platform === "win32")("has a piece of shell that works", async () => {
    const code = codeOf("sh");
    await place.write("fit.sh", code);
    await place.write("guide-sh.yaml", study("guide-sh", /# command: (.*)/.exec(code)![1]!));
    expect(await place.run("run", "guide-sh.yaml")).toMatchObject({ status: 0 });
    expect((await trialsOf("guide-sh"))[0]).toMatchObject({ metrics: { loss: { last: 0.666667 } } });
  });
});
