import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TunesmithError, toSeed } from "../../../base/index.ts";
import { trainingDocumentSchema } from "../../../learning/training/index.ts";
import { documentOf } from "../../../search/study/index.ts";
import { configOf, isCommandDocument, type CommandDocument } from "../command-document.ts";
import { parseOverride } from "../overrides.ts";
import { loadStudyFile, loadTrainingFile } from "../study-file.ts";
import { checkSweep } from "./check-sweep.ts";
import { readSweep } from "./read-sweep.ts";

const sweep = (parameters: string, more = "") => `program: train.py
method: random
run_cap: 3
metric: { name: loss, goal: minimize }
${more}parameters: ${parameters}
`;

function check(text: string, ...overrides: string[]) {
  const source = readSweep(text, "sweep.yaml");
  expect(source).toBeDefined();
  return checkSweep(source!, { folder: "/work", overrides: overrides.map(parseOverride) });
}

function errorOf(text: string): TunesmithError {
  try {
    check(text);
  } catch (error) {
    if (error instanceof TunesmithError) return error;
  }
  throw new Error("expected a refusal");
}

describe("a text is a sweep", () => {
  test.each([
    ["a sweep", sweep("{ lr: { value: 1 } }"), true],
    ["a sweep of a notebook's function", "method: grid\nparameters: { lr: { value: 1 } }", true],
    ["a sweep without parameters", "method: grid\nprogram: train.py", true],
    ["a sweep under a key", "sweep: { method: grid, parameters: { lr: { value: 1 } } }", true],
    ["a study file", "study: a\nsearch: { method: grid, parameters: {} }", false],
    ["a study file that forgot its name", "search: { method: grid, parameters: {} }", false],
    ["another mapping", "method: grid", false],
    ["a list", "[parameters]", false],
    ["Python", "def train():\n  config = {'parameters': 1}\n   x: [", false],
  ])("%s", (_, text, is) => {
    expect(readSweep(text, "sweep.yaml") !== undefined).toBe(is);
  });
});

describe("a sweep's document", () => {
  const text = sweep(`
  optimizer: { parameters: { name: { values: [sgd] }, lr: { value: 0.1 } } }
  model: { value: small }
  model.depth: { value: 3 }
  command: { value: fit }
  seed: { value: 7 }`);

  test("holds every value under its own name, nested and dotted ones as they are", () => {
    const { definition } = check(text);
    const configuration = Object.fromEntries(
      definition.space.parameters.map(({ name, distribution }) => [
        name,
        distribution.kind === "constant" ? distribution.value : "sgd",
      ]),
    );
    expect(Object.keys(configuration)).toEqual([
      "optimizer.name",
      "optimizer.lr",
      "model",
      "model.depth",
      "command_",
      "seed",
    ]);
    const document = documentOf(definition, configuration, { seed: toSeed(1) });
    expect(isCommandDocument(document)).toBe(true);
    const config = configOf(document as CommandDocument);
    expect(Object.entries(config)).toEqual([
      ["optimizer", { name: "sgd", lr: 0.1 }],
      ["model", "small"],
      ["model.depth", 3],
      ["command", "fit"],
      ["seed", 7],
    ]);
  });

  test("keeps its seed to itself unless it is searched", () => {
    const { definition } = check(sweep("{ lr: { value: 1 } }"));
    const document = documentOf(definition, { lr: 1 }, { seed: toSeed(5) }) as CommandDocument;
    expect(document).toMatchObject({ seed: "5", lr: 1 });
    expect(configOf(document)).toEqual({ lr: 1 });
  });

  test("says what is run, where and for how long", () => {
    const more = "command: [ ./run, '${args}' ]\ntrial_seconds: 1.5\nkill_seconds: 0\n";
    expect(check(sweep("{ lr: { value: 1 } }", more)).definition.baseDocument).toMatchObject({
      command: { arguments: ["./run", "${args}"], folder: "/work", timeLimitMs: 1500, graceMs: 0 },
    });
  });
});

describe("what contradicts itself is refused with its line", () => {
  test.each([
    ["{}", "sweep.yaml:5:1: parameters: a sweep needs a mapping of at least one parameter, got {}."],
    [
      "\n  lr: { min: 1, max: 0 }",
      "sweep.yaml:6:9: parameters.lr.min: `min` must be at most `max`, got min 1 and max 0.",
    ],
    ["\n  lr: { min: 1 }", "expected `value`, `values`, or `min` and `max`, got `min`."],
    [
      "\n  lr: { distribution: log_uniform_values, min: 0, max: 1 }",
      "`min` must be > 0 on a log scale, got 0.",
    ],
    ["\n  lr: { values: [] }", "`values` must hold at least one value, got none."],
    ["\n  lr: { values: [1, 2], probabilities: [1] }", "`probabilities` must hold 2 numbers >= 0"],
    ["\n  lr: { min: low, max: 1 }", 'sweep.yaml:6:9: parameters.lr.min: expected a number, got "low".'],
    ["\n  lr: { distribution: zipf, min: 1 }", "unknown distribution `zipf`"],
    ["\n  lr: { distribution: uniform, min: 1 }", "`uniform` needs `max`, got none."],
    ["\n  n: { distribution: int_uniform, min: 0.2, max: 0.8 }", "needs a whole number from `min` to `max`"],
    ["\n  n: { distribution: log_normal, mu: 1000 }", "its values must be below 1.8e308"],
    ["\n  n: { distribution: normal, sigma: -1 }", "`sigma` must be >= 0, got -1."],
  ])("%s", (parameters, message) => {
    const error = errorOf(sweep(parameters));
    expect(error.code).toBe("INVALID_STUDY_FILE");
    expect(error.message).toContain(message);
  });

  test("all of it at once", () => {
    const error = errorOf(sweep("\n  a: { min: 1 }\n  b: { values: [] }", "trial_seconds: soon\n"));
    expect(error.message.split("\n")).toHaveLength(3);
    expect(error.message).toContain(
      "sweep.yaml:5:16: trial_seconds: expected a time such as `90s`, `30m` or `2h`",
    );
  });

  test("a cap that is no number", () => {
    expect(errorOf(sweep("{ a: { value: 1 } }").replace("3", "many")).message).toContain(
      "sweep.yaml:3:10: run_cap",
    );
  });
});

test("the command line's values win over the file's", () => {
  const text = sweep("{ lr: { min: 0.0, max: 1 } }");
  const { definition } = check(text, "study=other", "search.maxTrials=9", "seed=4", "parameters.lr.max=0.5");
  expect(definition).toMatchObject({ name: "other", maxTrials: 9, seed: "4" });
  expect(definition.space.parameters[0]!.distribution).toMatchObject({ kind: "float", high: 0.5 });
  expect(() => check(text, "search.maxTrials=none")).toThrow(
    /^--set search\.maxTrials=none: run_cap: expected/,
  );
});

describe("a sweep of built-in training", () => {
  const text = `method: grid
metric: { name: validation/accuracy, goal: maximize }
data: { dataset: digits, train: 60, validation: 30 }
model: { kind: mlp, hidden: [8] }
parameters:
  training: { parameters: { weightDecay: { values: [0, 0.1] } } }
`;

  test("is a study like any other", () => {
    const { definition, document } = check(text);
    expect(document).not.toBeNull();
    expect(definition).toMatchObject({ name: "sweep", maxTrials: 2, sampler: { name: "grid" } });
    const trial = documentOf(definition, { "training.weightDecay": 0.1 }, { seed: toSeed(0) });
    expect(trainingDocumentSchema.parse(trial).training.weightDecay).toBe(0.1);
  });

  test("has its mistakes where they stand", () => {
    expect(errorOf(text.replace("0.1]", "-1]")).message).toMatch(/^sweep\.yaml:6:\d+: .*got -1/);
    expect(errorOf(text.replace("digits", "digitz")).message).toMatch(
      /^sweep\.yaml:3:.*did you mean `digits`/,
    );
    expect(errorOf(text.replace("/accuracy", "/acuracy")).message).toMatch(/^sweep\.yaml:2:.*acuracy/);
  });
});

describe("from a file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunesmith-sweep-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("the program runs beside the file", async () => {
    const path = join(folder, "sweep.yaml");
    await writeFile(path, sweep("{ lr: { value: 1 } }"));
    expect((await loadStudyFile(path)).definition.baseDocument).toMatchObject({ command: { folder } });
  });

  test("what is no YAML is refused with its line", async () => {
    const path = join(folder, "sweep.yaml");
    await writeFile(path, "sweep_config = {\n  'method': 'grid'\n   'parameters': [\n");
    await expect(loadStudyFile(path)).rejects.toMatchObject({
      code: "INVALID_STUDY_FILE",
      message: expect.stringMatching(/sweep\.yaml:\d+:\d+: /) as unknown,
    });
  });

  test("who needs data and a model is told that there is none", async () => {
    const path = join(folder, "sweep.yaml");
    await writeFile(path, sweep("{ lr: { value: 1 } }"));
    await expect(loadTrainingFile(path)).rejects.toMatchObject({
      code: "INVALID_USAGE",
      message: expect.stringContaining("got one whose trials run a program") as unknown,
    });
  });
});
