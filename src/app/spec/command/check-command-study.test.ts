import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { toSeed, TunesmithError } from "../../../base/index.ts";
import { documentOf } from "../../../search/study/index.ts";
import { parseStudyDefinition } from "../../../search/trial/index.ts";
import { configOf, isCommandDocument, type CommandDocument } from "../command-document.ts";
import { parseOverride } from "../overrides.ts";
import { loadStudyFile } from "../study-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunesmith-command-study-"));
});
afterEach(() => rm(folder, { recursive: true }));

const study = (command: string, search = "") => `study: s
command: ${command}
search:
  metric: { name: loss, goal: minimize }
${search === "" ? "  parameters: { lr: { distribution: log_uniform_values, min: 1e-4, max: 1 } }" : search}
`;

async function load(text: string, ...overrides: readonly string[]) {
  await writeFile(join(folder, "study.yaml"), text);
  return loadStudyFile(join(folder, "study.yaml"), { overrides: overrides.map(parseOverride) });
}

/** The lines of a refusal, without the folder. */
async function problemsOf(text: string, ...overrides: readonly string[]): Promise<readonly string[]> {
  try {
    await load(text, ...overrides);
  } catch (error) {
    if (!(error instanceof TunesmithError) || error.code !== "INVALID_STUDY_FILE") throw error;
    return error.message.replaceAll(join(folder, "study.yaml"), "study.yaml").split("\n");
  }
  throw new Error("expected a refusal, got none");
}

describe("a study of a program", () => {
  test("has a document with every setting, times in milliseconds and sizes in bytes", async () => {
    const { definition, document, warnings } = await load(
      study(`
  program: train.py
  run: [nice, "\${interpreter}", "\${program}", "\${args}", 3]
  env: { OMP_NUM_THREADS: 2, RATE: "\${lr}", API_KEY: "\${envvar:API_KEY}" }
  folder: scripts
  timeLimit: 30m
  memoryLimit: 4GB
  grace: 5
  retries: 2
  metrics: { patterns: { val/loss: 'loss=(\\S+)' }, file: out/metrics.csv, http: false, step: epoch }`),
    );
    expect({ document, warnings }).toEqual({ document: null, warnings: [] });
    expect(parseStudyDefinition(JSON.parse(JSON.stringify(definition)))).toEqual(definition);
    expect(definition).toMatchObject({
      name: "s",
      sampler: { name: "auto", options: {} },
      objective: { metric: "loss", direction: "minimize", reduce: "last" },
      maxTrials: 20,
    });
    expect(isCommandDocument(definition.baseDocument)).toBe(true);
    expect((definition.baseDocument as CommandDocument).command).toEqual({
      arguments: ["nice", "${interpreter}", "${program}", "${args}", "3"],
      program: "train.py",
      interpreter: "python",
      folder: join(folder, "scripts"),
      env: { OMP_NUM_THREADS: "2", RATE: "${lr}", API_KEY: "${envvar:API_KEY}" },
      parameters: ["lr"],
      metrics: {
        patterns: { "val/loss": "loss=(\\S+)" },
        file: "out/metrics.csv",
        http: false,
        step: "epoch",
      },
      timeLimitMs: 1_800_000,
      memoryLimitBytes: 4e9,
      graceMs: 5000,
      retries: 2,
    });
  });

  test("and a W&B sweep with the same settings have the same document", async () => {
    const own = await load(
      study(`{ program: a.sh, timeLimit: 90s, retries: 1, memoryLimit: 1GiB, env: { A: b },
      metrics: { patterns: { l: 'l=(.)' }, file: m.csv, http: true, step: e } }`),
    );
    const sweep = await load(`program: a.sh
method: bayes
run_cap: 20
metric: { name: loss, goal: minimize }
trial_seconds: 90
retries: 1
memory_limit: 1GiB
environment: { A: b }
metric_patterns: { l: 'l=(.)' }
metric_file: m.csv
metric_http: true
metric_step: e
parameters: { lr: { distribution: log_uniform_values, min: 1e-4, max: 1 } }
`);
    expect(sweep.definition).toEqual({ ...own.definition, name: "study" });
  });

  test("takes all that a search can say", async () => {
    const { definition } = await load(
      study(
        "{ program: train.ts }",
        `  method: { name: random }
  scheduler: { name: asha, maxSteps: 27 }
  otherMetrics: [{ name: seconds, goal: minimize }]
  outcomes: [{ metric: memory, max: 100 }]
  replicates: 2
  maxTrials: 12
  initial: [{ lr: 0.1, opt: sgd, opt.momentum: 0.5 }]
  parameters:
    lr: { distribution: log_uniform_values, min: 1e-4, max: 1 }
    opt: { values: [adam, sgd] }
    opt.momentum: { min: 0.1, max: 0.9, when: { opt: sgd } }
    net.depth: { distribution: int_uniform, min: 1, max: 4 }
  constraints: [{ require: "net.depth <= 3" }, { forbid: { opt: adam, lr: { min: 0.5 } } }]
  derived: { net.width: "32 * net.depth" }`,
      ),
    );
    expect(definition).toMatchObject({
      scheduler: { name: "asha" },
      replicates: { count: 2, over: "seed", racing: true },
      maxTrials: 12,
      initial: [{ lr: 0.1, opt: "sgd", "opt.momentum": 0.5 }],
    });
    const run = (configuration: Record<string, number | string>) =>
      configOf(documentOf(definition, configuration, { seed: toSeed(1) }) as CommandDocument);
    expect(run({ lr: 0.1, opt: "sgd", "opt.momentum": 0.5, "net.depth": 2 })).toEqual({
      lr: 0.1,
      opt: "sgd",
      "opt.momentum": 0.5,
      "net.depth": 2,
      "net.width": 64,
    });
    expect(run({ lr: 0.1, opt: "adam", "net.depth": 1 })).toEqual({
      lr: 0.1,
      opt: "adam",
      "net.depth": 1,
      "net.width": 32,
    });
  });

  test("is one of TypeScript too", async () => {
    const spec = JSON.stringify(new URL("../define-study.ts", import.meta.url).href);
    await writeFile(
      join(folder, "study.ts"),
      `import { defineStudy } from ${spec};
export const study = defineStudy({
  study: "typed", command: { program: "a.py" },
  search: { method: "grid", metric: { name: "loss", goal: "minimize" }, parameters: { a: { values: [1, 2] } } },
});`,
    );
    const { definition } = await loadStudyFile(join(folder, "study.ts"));
    expect(definition).toMatchObject({ name: "typed", maxTrials: 2, baseDocument: { a: 1 } });
  });

  test("takes values from the command line", async () => {
    const { definition } = await load(
      study("{ program: train.py }"),
      "command.retries=3",
      "search.maxTrials=2",
    );
    expect(definition).toMatchObject({ maxTrials: 2, baseDocument: { command: { retries: 3 } } });
    expect(await problemsOf(study("{ program: train.py }"), "command.retries=-1")).toEqual([
      "--set command.retries=-1: command.retries: expected a number >= 0, got -1.",
    ]);
  });

  test("is warned of secrets that would stand in the store", async () => {
    const { warnings } = await load(study("\n  program: a.py\n  env:\n    WANDB_API_KEY: abc"));
    expect(warnings).toEqual([
      {
        line: 5,
        message:
          "command.env.WANDB_API_KEY: is written into the store as it stands; `${envvar:WANDB_API_KEY}` takes it from the environment of `tunesmith run`.",
      },
    ]);
  });
});

describe("refused with its place", () => {
  test.each<[string, string, string[]]>([
    [
      "both a model and a command",
      `${study("{ program: a.py }")}model: { kind: mlp }\n`,
      ["study.yaml:6:1: model: a study either trains a model or runs a `command`, got both."],
    ],
    [
      "neither program nor words",
      study("{ retries: 1 }"),
      [
        "study.yaml:2:1: command: needs `program`, the file that is run, or `run`, a list of words, got neither.",
      ],
    ],
    [
      "an unknown key",
      study("{ programm: a.py }"),
      ["study.yaml:2:12: command: unknown key `programm`; did you mean `program`?"],
    ],
    ["one line for a shell", study("{ run: python a.py }"), [expect.stringContaining("expected a list")]],
    [
      "a time that is none",
      study("{ program: a.py, timeLimit: soon }"),
      [
        'study.yaml:2:38: command.timeLimit: expected a time such as `90s`, `30m` or `2h` of at most 24 days, got "soon".',
      ],
    ],
    [
      "a size that is none",
      study("{ program: a.py, memoryLimit: 4 apples }"),
      ['study.yaml:2:40: command.memoryLimit: expected a size such as `500MB` or `4GB`, got "4 apples".'],
    ],
    [
      "a macro that is none",
      study('{ run: [a, "${arg}"], env: { A: "${args}" } }'),
      [
        "study.yaml:2:21: command.run[1]: unknown macro `${arg}`; did you mean `${args}`?",
        "study.yaml:2:42: command.env.A: `${args}` stands for whole words: expected it as a word of its own in `run`, got `${args}`.",
      ],
    ],
    [
      "`${program}` without one",
      study('{ run: ["${program}"] }'),
      ["study.yaml:2:18: command.run[0]: `${program}` stands for `program`, got none."],
    ],
    [
      "a file outside the trial's folder",
      study("{ program: a.py, metrics: { file: ../m.csv } }"),
      [
        'study.yaml:2:44: command.metrics.file: expected a path inside the trial\'s folder, such as `metrics.csv`, got "../m.csv".',
      ],
    ],
    [
      "a variable of this product's own",
      study("{ program: a.py, env: { TUNESMITH_SEED: 1 } }"),
      [expect.stringContaining("command.env.TUNESMITH_SEED")],
    ],
    [
      "a whole range without a distribution",
      study("{ program: a.py }", "  parameters: { p: { min: 0, max: 1 } }"),
      [
        "study.yaml:5:17: search.parameters.p: whole `min` and `max` need a `distribution` here: `int_uniform` for whole numbers, `uniform` for fractions, got min 0 and max 1.",
      ],
    ],
    [
      "a name that is taken",
      study("{ program: a.py }", "  parameters: { command: { value: 1 } }"),
      [
        "study.yaml:5:17: search.parameters: expected a name without empty parts that is not `command`, got `command`.",
      ],
    ],
    [
      "a seed that is none",
      study("{ program: a.py }", "  parameters: { seed: { values: [1, x] } }"),
      [
        'study.yaml:5:37: search.parameters.seed.values[1]: a parameter `seed` is the trial\'s seed: expected a whole number >= 0, got "x".',
      ],
    ],
    [
      "weights that are handed on",
      study("{ program: a.py }", "  scheduler: pbt\n  parameters: { p: { value: 1 } }"),
      [
        "study.yaml:5:14: search.scheduler: `pbt` hands weights from trial to trial, and those of a program are its own, got a study whose trials run one.",
      ],
    ],
    [
      "folds",
      study("{ program: a.py }", "  replicates: { over: data.fold }\n  parameters: { p: { value: 1 } }"),
      [expect.stringContaining("replicates over `data.fold` need `data.folds`, got none.")],
    ],
  ])("%s", async (_, text, problems) => {
    expect(await problemsOf(text)).toEqual(problems);
  });

  test.each([
    ["(", /expected a regular expression, got one that is none/],
    ["loss", /expected one group around the number.* got 0\.$/],
    ["(a)(b)", /got 2\.$/],
    ["(?<step>a)(b)", /the group of the number to be named `value`/],
    ["(?<loss>a)", /expected the groups `value` and `step` only, got `loss`\.$/],
    ["(x)" + "y".repeat(1000), /at most 1000 characters, got 1003/],
  ])("the pattern %s", async (pattern, message) => {
    const [problem] = await problemsOf(
      study(`{ program: a.py, metrics: { patterns: { loss: '${pattern}' } } }`),
    );
    expect(problem).toMatch(/^study\.yaml:2:\d+: command\.metrics\.patterns\.loss: /);
    expect(problem!.replace(/, got "[^"]*"\.$/, ".")).toMatch(message);
  });
});
