import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { toSeed, TunesmithError } from "../../base/index.ts";
import { trainingDocumentSchema } from "../../learning/training/index.ts";
import { samplerNames } from "../../search/samplers/index.ts";
import { documentOf } from "../../search/study/index.ts";
import { checkStudy } from "./check-study.ts";
import { parseOverride } from "./overrides.ts";
import { loadCallbacks } from "./study-code.ts";
import { loadStudyFile, readStudyText } from "./study-file.ts";

const plain = `study: s
data: { dataset: digits, train: 100 }
model: { kind: mlp, hidden: [8] }
training: { epochs: 2 }
search:
  method: grid
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.weightDecay: { values: [0, 1e-4] }
`;

/** The plain study with one piece of text replaced. */
function changed(from: string, to: string): string {
  expect(plain).toContain(from);
  return plain.replace(from, to);
}

function errorOf(action: () => unknown): TunesmithError {
  try {
    action();
  } catch (error) {
    if (error instanceof TunesmithError) return error;
    throw error;
  }
  throw new Error("expected an error, got none");
}

function problemsOf(text: string, overrides: readonly string[] = []): string {
  const error = errorOf(() => readStudyText(text, "study.yaml", overrides.map(parseOverride)));
  expect(error.code).toBe("INVALID_STUDY_FILE");
  expect(error.exitStatus).toBe(4);
  return error.message;
}

describe("folds", () => {
  const folded = (fields: string) => changed("train: 100", fields);

  test("what cannot be is named where it stands", () => {
    expect(problemsOf(folded("folds: 5, fold: 5, validation: 10"))).toBe(
      [
        "study.yaml:2:42: data.fold: expected at most 4, the last of 5 folds counted from 0, got 5.",
        "study.yaml:2:57: data.validation: expected nothing beside `folds`, which say how many validate, got 10.",
      ].join("\n"),
    );
  });

  test("each value of a search is checked", () => {
    const text = folded("folds: 3").replace(
      "training.weightDecay: { values: [0, 1e-4] }",
      "data.fold: { values: [0, 3] }",
    );
    expect(problemsOf(text)).toMatch(/data\.fold\.values\[1\]: expected at most 2, .* got 3\.$/);
  });
});

describe("a valid file", () => {
  test("becomes a definition whose base document has every default", () => {
    const { definition, document } = readStudyText(plain, "study.yaml");
    expect(definition).toMatchObject({
      name: "s",
      description: "",
      sampler: { name: "grid", options: {} },
      objective: { metric: "validation/accuracy", direction: "maximize", reduce: "last" },
      seed: "0",
      maxTrials: 2,
      space: {
        parameters: [
          { name: "training.weightDecay", distribution: { kind: "categorical", values: [0, 1e-4] } },
        ],
      },
    });
    expect(definition.baseDocument).toEqual(document);
    expect(document.training).toMatchObject({
      optimizer: "adam",
      learningRate: 1e-3,
      batchSize: 32,
      epochs: 2,
    });
  });

  test("reads 1e-4 as a number", () => {
    expect(
      readStudyText(changed("epochs: 2", "learningRate: 1e-4"), "s.yaml").document.training.learningRate,
    ).toBe(1e-4);
  });

  test("random search without maxTrials has 20 trials, a grid its size, and maxTrials or run_cap caps both", () => {
    const count = (text: string) => readStudyText(text, "s.yaml").definition.maxTrials;
    expect(count(changed("method: grid", "method: random"))).toBe(20);
    expect(count(changed("method: grid", "method: random\n  run_cap: 7"))).toBe(7);
    expect(count(changed("method: grid", "method: grid\n  maxTrials: 1"))).toBe(1);
    expect(count(changed("method: grid", "method: grid\n  maxTrials: 99"))).toBe(2);
  });

  test("the study's seed is the split's too, unless the file gives one", () => {
    const seeded = `${plain}seed: 7\n`;
    expect(readStudyText(seeded, "s.yaml").document).toMatchObject({ seed: "7", data: { seed: "7" } });
    const own = seeded.replace("train: 100", "train: 100, seed: 3");
    expect(readStudyText(own, "s.yaml").document).toMatchObject({ seed: "7", data: { seed: "3" } });
    expect(readStudyText(plain, "s.yaml", [parseOverride("seed=9")]).document.data.seed).toBe("9");
  });

  test("a parameter may be an item of a list, or a path that the file leaves out", () => {
    const text = changed(
      "training.weightDecay: { values: [0, 1e-4] }",
      "model.hidden.0: { values: [4, 8] }\n    data.validation: { values: [10, 20] }",
    );
    const { definition } = readStudyText(text, "s.yaml");
    expect(definition.space.parameters.map(({ name }) => name)).toEqual([
      "model.hidden.0",
      "data.validation",
    ]);
    expect(definition.baseDocument).toMatchObject({ data: { validation: 10 } });
  });

  test("augmentation that the file leaves out can be searched, by each setting", () => {
    const text = changed(
      "training.weightDecay: { values: [0, 1e-4] }",
      [
        "data.augmentation.rotation.degrees: { distribution: uniform, min: 0, max: 30 }",
        "data.augmentation.resizedCrop.area: { values: [0.5, [0.2, 0.9]] }",
        "data.augmentation.horizontalFlip.probability: { values: [0, 0.5] }",
        "data.augmentation.paddedCrop.padding: { values: [0, 2, 4] }",
        "data.augmentation.fill: { values: [0, edge] }",
      ].join("\n    "),
    ).replace("method: grid", "method: random");
    const { definition, document } = readStudyText(text, "s.yaml");
    expect(document.data.augmentation).toEqual({});
    expect(definition.space.parameters[0]!.distribution).toMatchObject({ kind: "float", low: 0, high: 30 });
    const configuration = {
      "data.augmentation.rotation.degrees": 12.5,
      "data.augmentation.resizedCrop.area": [0.2, 0.9],
      "data.augmentation.horizontalFlip.probability": 0.5,
      "data.augmentation.paddedCrop.padding": 2,
      "data.augmentation.fill": "edge",
    };
    const trial = trainingDocumentSchema.parse(documentOf(definition, configuration, { seed: toSeed(1) }));
    expect(trial.data.augmentation).toEqual({
      rotation: { degrees: 12.5, probability: 1 },
      resizedCrop: { area: [0.2, 0.9], ratio: 4 / 3, probability: 1 },
      horizontalFlip: { probability: 0.5 },
      paddedCrop: { padding: 2, probability: 1 },
      fill: "edge",
    });
  });

  test("a searched augmentation is checked as a written one", () => {
    const searched = (line: string) => changed("training.weightDecay: { values: [0, 1e-4] }", line);
    expect(problemsOf(searched("data.augmentation.rotation.angle: { values: [1, 2] }"))).toContain(
      "data.augmentation.rotation.degrees",
    );
    expect(problemsOf(searched("data.augmentation.rotation.probability: { values: [0, 2] }"))).toContain(
      "study.yaml:9:",
    );
  });

  test("a searched optimizer leaves its settings' defaults to each trial, but for those that the file gives", () => {
    const text = changed("epochs: 2", "epochs: 2, beta1: 0.8").replace(
      "training.weightDecay: { values: [0, 1e-4] }",
      "training.optimizer: { values: [adam, adadelta] }",
    );
    const { definition } = readStudyText(text, "s.yaml");
    expect(definition.baseDocument).toMatchObject({ training: { beta1: 0.8, epochs: 2 } });
    expect(definition.baseDocument).not.toHaveProperty("training.learningRate");
  });

  test("choices are stored as the document stores them", () => {
    const text = changed("training.weightDecay: { values: [0, 1e-4] }", 'data.seed: { values: [1, "02"] }');
    expect(readStudyText(text, "s.yaml").definition.space.parameters[0]!.distribution).toMatchObject({
      values: ["1", "2"],
    });
  });
});

describe("settings of optimisers", () => {
  test.each([
    [
      "epochs: 2",
      "momentum: 0.9",
      "study.yaml:4:13: training.momentum: is a setting of `sgd`, `rmsprop`, got the optimizer `adam`.",
    ],
    [
      "training.weightDecay: { values: [0, 1e-4] }",
      "training.nesterov: { values: [true, false] }",
      "study.yaml:9:5: training.nesterov: is a setting of `sgd`, got the optimizer `adam`.",
    ],
  ])("that no optimiser of the study uses are refused: %s as %s", (from, to, message) => {
    expect(problemsOf(changed(from, to))).toBe(message);
  });

  test("may be used by one of several optimisers", () => {
    const text = changed("epochs: 2", "momentum: 0.9").replace(
      "training.weightDecay: { values: [0, 1e-4] }",
      "training.optimizer: { values: [adam, sgd] }",
    );
    expect(readStudyText(text, "s.yaml").definition.maxTrials).toBe(2);
  });

  test("a batch is a number or `full`", () => {
    expect(problemsOf(changed("epochs: 2", "batchSize: all"))).toBe(
      'study.yaml:4:24: training.batchSize: expected a number or `full`, got "all".',
    );
    expect(readStudyText(changed("epochs: 2", "batchSize: full"), "s.yaml").document.training.batchSize).toBe(
      "full",
    );
  });

  test("a batch that is larger than the training split is refused", () => {
    expect(problemsOf(changed("epochs: 2", "batchSize: 64, accumulationSteps: 2"))).toBe(
      "study.yaml:4:24: training.batchSize: expected at most the 100 examples of `data.train` in a step, got 64 * 2.",
    );
  });
});

describe("a study on values", () => {
  const onValues = (from = "", to = "") => changed("dataset: digits", "dataset: friedman1").replace(from, to);

  test("has the metrics of its task", () => {
    const text = onValues("validation/accuracy", "validation/r-squared");
    const { definition, document } = readStudyText(text, "study.yaml");
    expect(definition.objective.metric).toBe("validation/r-squared");
    expect(document.training.loss).toBe("mean-squared-error");
    expect(problemsOf(onValues())).toContain(
      "search.metric.name: `validation/accuracy` is not reported for regression data; allowed: `validation/loss`, `validation/mean-absolute-error`, `validation/r-squared`, `validation/seconds`.",
    );
  });

  test("has no loss that needs classes", () => {
    const text = onValues("validation/accuracy", "validation/loss").replace(
      "epochs: 2",
      "loss: cross-entropy",
    );
    expect(problemsOf(text)).toContain(
      'training.loss: expected a loss that fits regression data, one of `mean-squared-error`, `mean-absolute-error`, `huber`, `binary-cross-entropy`, got "cross-entropy".',
    );
  });
});

describe("a problem of the document", () => {
  test("every problem of a file is reported, each at its line and column", () => {
    const text = changed("epochs: 2", "epoch: 2")
      .replace("hidden: [8]", "hidden: [8, 0, 1e9]")
      .replace("dataset: digits", "dataset: digit");
    // Which data sets there are is the registry's own matter.
    const problems = problemsOf(text).replace(/expected .*?, got "digit"/, 'expected …, got "digit"');
    expect(problems).toBe(
      [
        'study.yaml:2:18: data.dataset: expected …, got "digit"; did you mean `digits`?',
        "study.yaml:3:33: model.hidden[1]: expected a number >= 1, got 0.",
        "study.yaml:3:36: model.hidden[2]: expected a number <= 65536, got 1000000000.",
        "study.yaml:4:13: training: unknown key `epoch`; did you mean `epochs`?",
      ].join("\n"),
    );
  });

  test.each([
    [
      "kind: mlp",
      "kind: cnm",
      'study.yaml:3:16: model.kind: expected one of `mlp`, `cnn`, `lenet`, `resnet`, `logistic`, `shape`, `layers`, got "cnm"; did you mean `cnn`?',
    ],
    ["epochs: 2", "epochs: two", 'study.yaml:4:21: training.epochs: expected a number, got "two".'],
    ["epochs: 2", "learningRate: 0", "study.yaml:4:27: training.learningRate: expected a number > 0, got 0."],
    [
      "study: s",
      "study: ../s",
      'study.yaml:1:8: study: expected a name of letters, digits, `.`, `_`, `-` and spaces that begins with a letter or digit, got "../s".',
    ],
    [
      "study: s",
      "seed: -1\nstudy: s",
      "study.yaml:1:7: seed: expected a whole number from 0 to 18446744073709551615 (in quotes when above 9007199254740991), got -1.",
    ],
  ])("%s as %s", (from, to, message) => {
    expect(problemsOf(changed(from, to))).toBe(message);
  });

  test("names in the search are checked even when the document is wrong", () => {
    const text = changed("epochs: 2", "epochs: 0")
      .replace("validation/accuracy", "validation/acuracy")
      .replace("training.weightDecay:", "training.weigthDecay:");
    expect(problemsOf(text)).toMatch(
      /training\.epochs: expected a number >= 1.*\n.*`validation\/acuracy`; did you mean/,
    );
    expect(problemsOf(text)).toMatch(
      /unknown path `training\.weigthDecay`; did you mean `training\.weightDecay`\?$/,
    );
  });

  test("a wrong key and what it should have been are both reported", () => {
    expect(problemsOf(changed("search:", "serach:"))).toBe(
      "study.yaml:1:1: search: is required: expected a mapping, got nothing.\n" +
        "study.yaml:5:1: unknown key `serach`; did you mean `search`?",
    );
  });

  test("a file that is no mapping", () => {
    expect(problemsOf("- a")).toBe('study.yaml:1:1: expected a mapping, got ["a"].');
    expect(problemsOf("")).toBe("study.yaml:1:1: expected a mapping, got null.");
  });
});

describe("a problem of the search", () => {
  test.each([
    [
      "method: grid",
      "method: gird",
      `study.yaml:6:11: search.method: expected one of ${samplerNames.map((name) => `\`${name}\``).join(", ")}, got "gird"; did you mean \`grid\`?`,
    ],
    [
      "method: grid",
      "method: grid\n  maxTrials: 0",
      "study.yaml:7:14: search.maxTrials: expected a number >= 1, got 0.",
    ],
    [
      "method: grid",
      "method: grid\n  maxTrials: 1\n  run_cap: 1",
      "study.yaml:8:3: search.run_cap: is another name of `maxTrials`; give one of them, got both.",
    ],
    [
      ", goal: maximize",
      "",
      "study.yaml:7:3: search.metric.goal: is required: expected one of `minimize`, `maximize`, got nothing.",
    ],
    [
      "goal: maximize",
      "goal: maximize, reduce: median",
      'study.yaml:7:64: search.metric.reduce: expected `last`, `best` or `mean-of-last-K` with K >= 1, got "median".',
    ],
    [
      "validation/accuracy",
      "validation/acc",
      "study.yaml:7:19: search.metric.name: unknown metric `validation/acc`; did you mean `validation/accuracy`?",
    ],
    [
      "training.weightDecay: { values: [0, 1e-4] }",
      "{}",
      "study.yaml:8:3: search.parameters: search space: at least one parameter is needed, got none.",
    ],
    [
      "training.weightDecay",
      "training.weigthDecay",
      "study.yaml:9:5: search.parameters: unknown path `training.weigthDecay`; did you mean `training.weightDecay`?",
    ],
    [
      "training.weightDecay",
      "model",
      "study.yaml:9:5: search.parameters: a parameter sets one value, got the mapping `model`; allowed: `model.kind`, `model.hidden`, `model.activation`, `model.batchNorm`, `model.dropout`, `model.initializer`, `model.initialScale`, `model.filters`, `model.convolutions`, `model.kernel` and 8 more.",
    ],
    [
      "training.weightDecay",
      "model.hidden.1",
      "study.yaml:9:5: search.parameters: unknown path `model.hidden.1`; did you mean `model.hidden`?",
    ],
  ])("%s as %s", (from, to, message) => {
    expect(problemsOf(changed(from, to))).toBe(message);
  });

  const weightDecay = "search.parameters.training.weightDecay";
  test.each([
    ["values: [0, -1]", `study.yaml:9:41: ${weightDecay}.values[1]: expected a number >= 0, got -1.`],
    [
      "values: [0, 0]",
      `study.yaml:9:5: ${weightDecay}: categorical: \`values\` must differ from each other, got 0 twice.`,
    ],
    ["values: 3", `study.yaml:9:37: ${weightDecay}.values: expected a list, got 3.`],
    ["value: none", `study.yaml:9:36: ${weightDecay}.value: expected a number, got "none".`],
    [
      "values: [0, 1], probabilities: [1]",
      `study.yaml:9:5: ${weightDecay}: categorical: \`probabilities\` must hold one number per value, 2, got 1.`,
    ],
    [
      "",
      `study.yaml:9:5: ${weightDecay}: expected \`value\`, \`values\`, or \`min\` and \`max\`, got nothing.`,
    ],
    ["min: -1, max: 0.5", `study.yaml:9:34: ${weightDecay}.min: expected a number >= 0, got -1.`],
    [
      "min: 0.5, max: 0.1",
      `study.yaml:9:5: ${weightDecay}: \`min\` must be at most \`max\`, got min 0.5 and max 0.1.`,
    ],
    [
      "min: 0, max: 1",
      `study.yaml:9:5: ${weightDecay}: whole \`min\` and \`max\` need a \`distribution\` here: \`int_uniform\` for whole numbers, \`uniform\` for fractions, got min 0 and max 1.`,
    ],
    [
      "distribution: uniform, min: 0.1, max: 0.5",
      "study.yaml:8:3: search.parameters: grid: parameter `training.weightDecay` must have values that can be enumerated, got a float without end or step.",
    ],
    [
      "distribution: log_uniform_values, min: 0, max: 1",
      `study.yaml:9:63: ${weightDecay}.min: \`min\` must be > 0 on a log scale, got 0.`,
    ],
    [
      "distribution: constant, values: [1]",
      `study.yaml:9:5: ${weightDecay}: \`constant\` needs \`value\`, got \`values\`.`,
    ],
    [
      "distribution: uniform, min: 0, max: 1, q: 0.1",
      `study.yaml:9:68: ${weightDecay}.q: \`uniform\` takes \`min\`, \`max\`, got \`q\`.`,
    ],
    [
      "distribution: q_uniform, min: 0.11, max: 0.19, q: 0.1",
      `study.yaml:9:76: ${weightDecay}.q: [min, max] must hold a multiple of \`q\`, got min 0.11, max 0.19 and q 0.1.`,
    ],
    [
      "distribution: q_log_uniform_values, min: 1, max: 1e6, q: 2",
      `study.yaml:9:83: ${weightDecay}.q: \`q\` must leave at most 1000 values, got 500000; use \`log_uniform_values\` for so fine a range.`,
    ],
    [
      "distribution: log_uniform, min: -9, max: -2",
      `study.yaml:9:29: ${weightDecay}.distribution: \`log_uniform\` takes natural-log exponents, from e^-9 to e^-2; write \`log_uniform_values\` with \`min: 0.00012341\` and \`max: 0.135335\` for that, or with the bounds themselves.`,
    ],
  ])("a parameter with { %s }", (entry, message) => {
    expect(problemsOf(changed("values: [0, 1e-4]", entry))).toBe(message);
  });

  test("a range of fractions for a whole number is refused", () => {
    const text = changed(
      "training.weightDecay: { values: [0, 1e-4] }",
      "training.epochs: { distribution: uniform, min: 1, max: 5 }",
    );
    expect(problemsOf(text)).toBe(
      "study.yaml:9:22: search.parameters.training.epochs: expected a whole number, got 2.527864.",
    );
  });
});

describe("YAML that is refused", () => {
  test.each([
    ["a: 1\na: 2\n", "s.yaml:2:1: a key may stand once in a mapping, got `a` again."],
    ["a: [", "s.yaml:1:5: Flow sequence in block collection must be sufficiently indented and end with a ]."],
    ["a: 1\n---\nb: 2\n", "s.yaml:2:1: expected one document, got another after `---`."],
    ["a: !!js/function x", "s.yaml:1:4: tags are not allowed, got `!!js/function`."],
    ["a: *nope", "s.yaml:1:4: alias `*nope` has no anchor before it."],
    [
      `x: &a [${"1,".repeat(10)}]\ny: &b [${"*a,".repeat(12)}]\nz: [${"*b,".repeat(12)}]`,
      "s.yaml:1:1: aliases may expand to at most 100 values, got more.",
    ],
  ])("%j", (text, message) => {
    const error = errorOf(() => readStudyText(text, "s.yaml"));
    expect(error.code).toBe("INVALID_STUDY_FILE");
    expect(error.message).toBe(message);
  });
});

describe("--set", () => {
  test("replaces values and lists", () => {
    const overrides = ["training.epochs=5", "model.hidden=[4, 2]", "search.maxTrials=1"].map(parseOverride);
    const { document, definition } = readStudyText(plain, "s.yaml", overrides);
    expect(document).toMatchObject({ training: { epochs: 5 }, model: { hidden: [4, 2] } });
    expect(definition.maxTrials).toBe(1);
  });

  test("a wrong value or path points at the command line", () => {
    expect(problemsOf(plain, ["training.epochs=0"])).toBe(
      "--set training.epochs=0: training.epochs: expected a number >= 1, got 0.",
    );
    expect(problemsOf(plain, ["training.epoch=1"])).toBe(
      "--set training.epoch=1: training: unknown key `epoch`; did you mean `epochs`?",
    );
  });

  test("a path that is searched over cannot be set", () => {
    const error = errorOf(() => readStudyText(plain, "s.yaml", [parseOverride("training.weightDecay=1")]));
    expect(error.code).toBe("INVALID_USAGE");
    expect(error.message).toBe(
      "--set training.weightDecay=1: `training.weightDecay` is searched over, so it cannot also be set.",
    );
  });

  test("text that is no path=value is a usage error", () => {
    for (const text of ["training.epochs", "=1", "a..b=1", "a=[1"]) {
      expect(errorOf(() => parseOverride(text)).message).toBe(
        `--set: expected \`path=value\` with a YAML value, got \`${text}\`.`,
      );
    }
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunesmith-spec-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function messageOf(name: string): Promise<string> {
    const error: unknown = await loadStudyFile(join(folder, name)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "INVALID_STUDY_FILE" });
    return (error as Error).message.replaceAll(folder, "DIR");
  }

  test("a YAML file is loaded", async () => {
    await writeFile(join(folder, "study.yaml"), plain);
    expect((await loadStudyFile(join(folder, "study.yaml"))).definition.name).toBe("s");
  });

  test("a missing file, with the nearest name", async () => {
    await writeFile(join(folder, "study.yaml"), plain);
    expect(await messageOf("stduy.yaml")).toBe(
      "DIR/stduy.yaml: there is no such file; did you mean `study.yaml`?",
    );
  });

  test("a file of another kind, a folder and a file that is too long", async () => {
    expect(await messageOf("study.toml")).toBe(
      "DIR/study.toml: expected a file that ends with .yaml, .yml, .ts, .mts, .js, .mjs, got `study.toml`.",
    );
    await writeFile(join(folder, "long.yaml"), "#".repeat(1_000_001));
    expect(await messageOf("long.yaml")).toBe(
      "DIR/long.yaml: a study file may have at most 1000000 bytes, got 1000001.",
    );
  });

  test("a module that does not run, and one without a study", async () => {
    await writeFile(join(folder, "broken.mjs"), "throw new Error('no');");
    expect(await messageOf("broken.mjs")).toBe("DIR/broken.mjs: cannot be imported: no");
    await writeFile(join(folder, "empty.mjs"), "export const study = {};");
    expect(await messageOf("empty.mjs")).toBe(
      "DIR/empty.mjs: expected one export made by `defineStudy`, got none.",
    );
  });

  test("a module that exports a study, by name or default; its problems name the file", async () => {
    const head = `import { defineStudy } from ${JSON.stringify(new URL("./define-study.ts", import.meta.url).href)};\n`;
    const study = `{ study: "m", data: { dataset: "digits" }, model: { kind: "mlp" }, training: { optimizer: "sgd" }, search: { method: "grid",
      metric: { name: "validation/loss", goal: "minimize" }, parameters: { "training.momentum": { values: [0, 0.9] } } } }`;
    await writeFile(join(folder, "named.ts"), `${head}export const m = defineStudy(${study});`);
    await writeFile(
      join(folder, "wrong.ts"),
      `${head}export default defineStudy(${study.replace("0.9", "9")});`,
    );
    const { definition } = await loadStudyFile(join(folder, "named.ts"));
    expect([definition.name, definition.callbacks]).toEqual(["m", undefined]);
    expect(await messageOf("wrong.ts")).toBe(
      "DIR/wrong.ts: search.parameters.training.momentum.values[1]: expected a number < 1, got 9.",
    );
  });

  test("a module whose study has a callback, which workers import again", async () => {
    const head = `import { defineStudy } from ${JSON.stringify(new URL("./define-study.ts", import.meta.url).href)};\n`;
    const studyWith = (
      callback: string,
    ) => `${head}export default defineStudy({ study: "m", data: { dataset: "digits" },
      model: { kind: "mlp" }, search: { method: "grid", metric: { name: "validation/loss", goal: "minimize" },
      parameters: { seed: { values: [1] } } }, ${callback} });`;
    const path = join(folder, "callback.ts");
    await writeFile(path, studyWith("onEpoch: ({ stop }) => stop()"));
    const { definition } = await loadStudyFile(path);
    expect(definition.callbacks).toEqual({ file: path });
    let stops = 0;
    const { onEpoch } = await loadCallbacks(path);
    await onEpoch!({ stop: () => stops++ } as never);
    expect(stops).toBe(1);

    await writeFile(join(folder, "text.ts"), studyWith('onEpoch: "no" as never'));
    expect(await messageOf("text.ts")).toBe('DIR/text.ts: onEpoch: expected a function, got "no".');
    await writeFile(join(folder, "none.ts"), studyWith(""));
    await expect(loadCallbacks(join(folder, "none.ts"))).rejects.toMatchObject({
      code: "INVALID_STUDY_FILE",
      message: expect.stringMatching(/its study has no `onEpoch`\.$/) as unknown,
    });
    await expect(loadCallbacks(join(folder, "gone.ts"))).rejects.toMatchObject({
      message: expect.stringMatching(/there is no such file\.$/) as unknown,
      hint: expect.stringMatching(/^Put the file back/) as unknown,
    });
  });

  test("a value with a callback is refused: no worker could import it", () => {
    const value = {
      study: "m",
      data: { dataset: "digits" },
      model: { kind: "mlp" },
      search: {
        method: "grid",
        metric: { name: "validation/loss", goal: "minimize" },
        parameters: { seed: { values: [1] } },
      },
      onEpoch: () => {},
    };
    expect(() => checkStudy(value, () => "here")).toThrow(/^here: onEpoch: workers import callbacks from/);
  });

  test("metrics that no training reports are refused wherever they are named", () => {
    expect(problemsOf(changed("training: {", "training: { stopping: { metric: validation/los }, "))).toMatch(
      /training\.stopping\.metric: unknown metric `validation\/los`; did you mean `validation\/loss`/,
    );
  });
});

describe("conditions, constraints and derived values", () => {
  const conditional = `study: s
data: { dataset: digits, train: 400, validation: 200 }
model: { kind: mlp, hidden: [16] }
training: { epochs: 4 }
search:
  method: random
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.optimizer: { values: [adam, sgd] }
    training.momentum: { min: 0.1, max: 0.95, when: { training.optimizer: sgd } }
    training.batchSize: { values: [8, 16, 32] }
  constraints:
    - require: training.batchSize * 2 <= 32
    - forbid: { training.optimizer: sgd, training.batchSize: 8 }
  derived:
    training.schedule.warmupEpochs: training.epochs / 4
`;

  test("are part of the search space", () => {
    const { definition } = readStudyText(conditional, "study.yaml");
    expect(definition.space).toMatchObject({
      parameters: [{}, { name: "training.momentum", when: { "training.optimizer": ["sgd"] } }, {}],
      constraints: [
        { require: "training.batchSize * 2 <= 32" },
        { forbid: { "training.optimizer": ["sgd"], "training.batchSize": [8] } },
      ],
      derived: [{ name: "training.schedule.warmupEpochs", value: "training.epochs / 4" }],
    });
  });

  test.each([
    [
      "when: { training.optimizer: sgd }",
      "when: { training.optimiser: sgd }",
      /did you mean `training.optimizer`/,
    ],
    [
      "when: { training.optimizer: sgd }",
      "when: { training.batchSize: 8 }",
      /may name earlier parameters only/,
    ],
    ["when: { training.optimizer: sgd }", "when: { training.optimizer: lion }", /never has the value "lion"/],
    ["<= 32", "<= 4", /study.yaml:12:3: search.constraints: .* no configuration keeps all constraints/],
    ["warmupEpochs", "warmUpEpochs", /unknown key `warmUpEpochs`/],
    ["training.epochs / 4", "training.epoch / 4", /`training.epoch` must be a number of the document/],
    ["training.epochs / 4", "training.epochs * -1", /`training.schedule.warmupEpochs` expected a number/],
    ["training.epochs / 4", "training.epochs +", /expected a number, a name/],
  ])("%j changed to %j is refused where it stands", (before, after, message) => {
    expect(() => readStudyText(conditional.replace(before, after), "study.yaml")).toThrow(
      expect.objectContaining({ code: "INVALID_STUDY_FILE", message: expect.stringMatching(message) }),
    );
  });
});

test("a kind of source that there is not is met with the nearest one", () => {
  expect(problemsOf(changed("dataset: digits", "dataset: { kind: csw, path: x }"))).toMatch(
    /data\.dataset\.kind: expected one of \d+ names, got "csw"; did you mean `csv`\?/,
  );
});
