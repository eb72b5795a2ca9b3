import { describe, expect, test } from "vitest";

import { TunesmithError } from "../../base/index.ts";
import { defineSource } from "../../learning/data/index.ts";
import { parseStudyDefinition, type StudyDefinition } from "../../search/trial/index.ts";
import { checkStudy } from "./check-study.ts";
import { readStudyText } from "./study-file.ts";

const studyText = (lines: readonly string[], data = "dataset: digits, train: 100") => `study: s
data: { ${data} }
model: { kind: mlp, hidden: [8] }
training: { epochs: 2 }
search:
${lines.map((line) => `  ${line}\n`).join("")}  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.optimizer: { values: [adam, sgd] }
    training.momentum: { values: [0, 0.5, 0.9], when: { training.optimizer: sgd } }
    training.batchSize: { values: [8, 16] }
  constraints:
    - forbid: { training.optimizer: sgd, training.batchSize: 8 }
`;

const definitionOf = (lines: readonly string[], data?: string): StudyDefinition =>
  readStudyText(studyText(lines, data), "study.yaml").definition;

function problemsOf(lines: readonly string[], data?: string): string {
  try {
    readStudyText(studyText(lines, data), "study.yaml");
  } catch (error) {
    if (error instanceof TunesmithError && error.code === "INVALID_STUDY_FILE") return error.message;
    throw error;
  }
  throw new Error("expected an error, got none");
}

describe("what a search says beside its parameters", () => {
  test("becomes the parts of a definition, which a store takes as they are", () => {
    const definition = definitionOf([
      "method: { name: tpe, startupTrials: 5 }",
      "scheduler: { name: patience, steps: 3 }",
      "otherMetrics: [{ name: train/seconds, goal: minimize, reduce: mean-of-last-3 }]",
      "outcomes: [{ metric: validation/loss, max: 2, reduce: best }]",
      "replicates: 3",
      "initial: [{ training.optimizer: sgd, training.momentum: 0.9 }, {}]",
      "duplicates: reuse",
      "ordered: true",
      "endWhen: { target: 0.9, noImprovement: 10, expectedImprovement: 1e-4 }",
    ]);
    expect(definition).toMatchObject({
      sampler: { name: "tpe", options: { startupTrials: 5 } },
      scheduler: { name: "patience", options: { steps: 3 } },
      otherObjectives: [{ metric: "train/seconds", direction: "minimize", reduce: "mean-of-last-3" }],
      outcomeConstraints: [{ metric: "validation/loss", reduce: "best", max: 2 }],
      replicates: { count: 3, over: "seed", racing: true },
      initial: [{ "training.optimizer": "sgd", "training.momentum": 0.9 }, {}],
      duplicates: "reuse",
      ordered: 8,
      endWhen: { target: 0.9, noImprovement: 10, expectedImprovement: 1e-4 },
      lengthPath: "training.epochs",
      maxTrials: 60,
    });
    expect(parseStudyDefinition(definition)).toEqual(definition);
  });

  test("is absent where nothing is said", () => {
    const definition = definitionOf(["method: random", "ordered: false", "replicates: 1"]);
    const keys = ["scheduler", "otherObjectives", "outcomeConstraints", "replicates", "initial", "ordered"];
    for (const key of [...keys, "duplicates", "endWhen", "prior"]) expect(definition).not.toHaveProperty(key);
    expect(definition).toMatchObject({ sampler: { name: "random", options: {} }, maxTrials: 20 });
  });

  test("a method that is left out is `auto`", () => {
    expect(definitionOf([])).toMatchObject({ sampler: { name: "auto", options: {} }, maxTrials: 20 });
  });

  test("replicates over folds are as many as there are", () => {
    const folds = (replicates: string) =>
      definitionOf(["method: grid", `replicates: ${replicates}`], "dataset: digits, folds: 4");
    const expected = { count: 4, over: "data.fold", racing: true };
    expect(folds("{ over: data.fold }").replicates).toEqual(expected);
    expect(folds("{ over: data.fold, count: 4, racing: false }").replicates).toEqual({
      ...expected,
      racing: false,
    });
    // Five configurations are allowed.
    expect(folds("{ over: data.fold }").maxTrials).toBe(20);
  });

  test("values of initial configurations are stored as the document stores them", () => {
    const text = studyText(["method: random", "initial: [{ seed: 7 }]"]).replace(
      "training.batchSize: {",
      'seed: { values: ["1", "7"] }\n    training.batchSize: {',
    );
    expect(readStudyText(text, "study.yaml").definition.initial).toEqual([{ seed: "7" }]);
  });

  test("with `pbt`, heirs may change what leaves their weights as they are", () => {
    const population = ["method: random", "scheduler: { name: pbt, population: 4 }"];
    expect(definitionOf(population).perturbed).toEqual(["training.momentum", "training.batchSize"]);
    const text = studyText(population).replace(
      /parameters:[^]*/,
      "parameters:\n    model.hidden: { values: [[8], [16]] }\n",
    );
    expect(() => readStudyText(text, "study.yaml")).toThrow(
      /^study\.yaml:7:14: search\.scheduler: .* needs a parameter that leaves the weights as they are \(.*\), got none\.$/,
    );
  });

  test("studies to learn from are named, those of another store from the file's folder on", () => {
    const raw = {
      study: "s",
      data: { dataset: "digits" },
      model: { kind: "mlp" },
      search: {
        method: "random",
        metric: { name: "validation/loss", goal: "minimize" },
        warmStart: ["old", { study: "older", store: "../archive" }, { study: "oldest" }],
        parameters: { "training.batchSize": { values: [8, 16] } },
      },
    };
    expect(checkStudy(raw, () => "here", { folder: "/studies/new" }).warmStart).toEqual([
      { study: "old", store: null },
      { study: "older", store: "/studies/archive" },
      { study: "oldest", store: null },
    ]);
  });
});

describe("what is wrong with it is said where it stands", () => {
  test.each([
    [
      "method: { name: tep }",
      /^study\.yaml:6:19: search\.method\.name: expected one of .*, got "tep"; did you mean `tpe`\?$/,
    ],
    [
      "method: { name: tpe, startupTrails: 5 }",
      /^study\.yaml:6:24: search\.method: sampler `tpe`: unknown option `startupTrails`; did you mean `startupTrials`\?$/,
    ],
    [
      "method: { name: tpe, startupTrials: 0 }",
      /^study\.yaml:6:24: search\.method: sampler `tpe`: option `startupTrials`: .*, got 0\.$/,
    ],
    [
      "scheduler: { name: patience, stpes: 2 }",
      /^study\.yaml:7:32: search\.scheduler: scheduler `patience`: unknown option `stpes`; did you mean `steps`\?$/,
    ],
    ["scheduler: patiense", /^study\.yaml:7:14: search\.scheduler: expected .*`patience`/],
    [
      "otherMetrics: [{ name: validation/accuracy, goal: minimize }]",
      /^study\.yaml:7:26: search\.otherMetrics\[0\]\.name: expected each metric once, got `validation\/accuracy` again\.$/,
    ],
    [
      "otherMetrics: [{ name: validation/acc, goal: minimize }]",
      /^study\.yaml:7:26: .*unknown metric `validation\/acc`; did you mean `validation\/accuracy`\?$/,
    ],
    [
      "outcomes: [{ metric: validation/los, max: 1 }]",
      /^study\.yaml:7:24: .*unknown metric `validation\/los`; did you mean `validation\/loss`\?$/,
    ],
    ["outcomes: [{ metric: validation/loss }]", /^study\.yaml:7:14: .*expected `min`, `max` or both, got/],
    ["outcomes: [{ metric: validation/loss, min: 2, max: 1 }]", /expected `min` to be at most `max`, got \{/],
    ["endWhen: {}", /^study\.yaml:7:12: search\.endWhen: expected `target`, `noImprovement` or/],
    ["endWhen: { traget: 1 }", /unknown key `traget`; did you mean `target`\?/],
    ["ordered: 0", /^study\.yaml:7:12: search\.ordered: expected a number >= 1, got 0\.$/],
    ["duplicates: skipp", /^study\.yaml:7:15: .*got "skipp"; did you mean `skip`\?$/],
    ["replicates: 0", /^study\.yaml:7:15: search\.replicates: expected a number >= 1, got 0\.$/],
    [
      "replicates: { racing: false }",
      /^study\.yaml:7:3: search\.replicates\.count: is required: expected a number >= 1, got nothing\.$/,
    ],
    [
      "replicates: { over: fold }",
      /^study\.yaml:7:23: search\.replicates\.over: expected one of `seed`, `data/,
    ],
    [
      "replicates: { over: data.fold, count: 3 }",
      /^study\.yaml:7:23: search\.replicates: replicates over `data\.fold` need `data\.folds`, got none\.$/,
    ],
    [
      "initial: [{ training.optimiser: sgd }]",
      /^study\.yaml:7:15: search\.initial\[0\]: unknown parameter `training\.optimiser`; did you mean `training\.optimizer`\?$/,
    ],
    [
      "initial: [{}, { training.batchSize: 32 }]",
      /^study\.yaml:7:39: search\.initial\[1\]: `training\.batchSize`: expected a value of 8, 16, got 32\.$/,
    ],
    [
      "initial: [{ training.batchSize: -1 }]",
      /^study\.yaml:7:35: search\.initial\[0\]: `training\.batchSize`: expected a number >= 1/,
    ],
    [
      "initial: [{ training.optimizer: adam, training.momentum: 0.5 }]",
      /^study\.yaml:7:13: search\.initial\[0\]: no configuration has these values together: `training\.momentum` is not active beside the others, got/,
    ],
    [
      "initial: [{ training.optimizer: sgd, training.batchSize: 8 }]",
      /no configuration has these values together: they break the constraint `forbid .*`, got/,
    ],
    ["warmStart: [{ name: old }]", /unknown key `name`; /],
  ])("%s", (line, message) => {
    const lines = line.startsWith("method") ? [line] : ["method: random", line];
    expect(problemsOf(lines)).toMatch(message);
  });

  test("folds that are not as many as the replicates, or that are searched", () => {
    const folds = "dataset: digits, folds: 5";
    expect(problemsOf(["method: grid", "replicates: { over: data.fold, count: 3 }"], folds)).toBe(
      "study.yaml:7:41: search.replicates: expected as many as `data.folds`, 5, got 3.",
    );
    const searched = studyText(["method: grid", "replicates: { over: data.fold }"], folds).replace(
      "training.batchSize: {",
      "data.fold: { values: [0, 1] }\n    training.batchSize: {",
    );
    expect(() => readStudyText(searched, "study.yaml")).toThrow(
      /^study\.yaml:7:23: search\.replicates: `data\.fold` is searched over, so replicates cannot differ by `data\.fold`\.$/,
    );
  });

  test("a searched seed leaves none to replicates", () => {
    const text = studyText(["method: grid", "replicates: 2"]).replace(
      "training.batchSize: {",
      "seed: { values: [1, 2] }\n    training.batchSize: {",
    );
    expect(() => readStudyText(text, "study.yaml")).toThrow(
      /^study\.yaml:7:15: search\.replicates: `seed` is searched over/,
    );
  });

  test("two sources of one name", () => {
    const source = () =>
      defineSource({
        name: "mine",
        task: { kind: "regression", targetNames: ["y"] },
        shape: [1],
        load: () => ({ features: Float32Array.of(1, 2, 3), labels: Float32Array.of(1, 2, 3) }),
      });
    const one = source();
    const raw = (values: readonly unknown[]) => ({
      study: "s",
      data: { dataset: one },
      model: { kind: "mlp", hidden: [4] },
      search: {
        method: "random",
        metric: { name: "validation/loss", goal: "minimize" },
        parameters: { "data.dataset": { values }, "training.batchSize": { values: [8, 16] } },
      },
    });
    expect(() => checkStudy(raw([one, source()]), () => "study.ts", { file: "/x/study.ts" })).toThrow(
      "study.ts: data.dataset: two sources are named `mine`: documents tell them by their names, so each needs its own.",
    );
    expect(checkStudy(raw([one, "digits"]), () => "study.ts", { file: "/x/study.ts" }).sources).toEqual({
      mine: one,
    });
  });
});
