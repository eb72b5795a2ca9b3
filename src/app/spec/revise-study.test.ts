import { expect, test } from "vitest";

import { revisionOf } from "./revise-study.ts";
import { readStudyText } from "./study-file.ts";

const text = `study: s
data: { dataset: digits, train: 100 }
model: { kind: mlp, hidden: [8] }
training: { epochs: 2 }
search:
  method: random
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    training.weightDecay: { values: [0, 1e-4] }
`;

const definitionOf = (changes: readonly (readonly [string, string])[] = []) =>
  readStudyText(
    changes.reduce((changed, [from, to]) => {
      expect(changed).toContain(from);
      return changed.replace(from, to);
    }, text),
    "study.yaml",
  ).definition;

const study = definitionOf();

test("space, method, scheduler, end rules and budget come from the file", () => {
  const file = definitionOf([
    ["method: random", "method: tpe\n  scheduler: median\n  endWhen: { target: 0.9 }\n  maxTrials: 40"],
    ["[0, 1e-4] }", "[0, 1e-3] }\n    data.validation: { values: [10, 20] }"],
  ]);
  expect(revisionOf(study, file)).toEqual({
    description: "",
    labels: null,
    space: file.space,
    sampler: { name: "tpe", options: {} },
    scheduler: { name: "median", options: {} },
    endWhen: { target: 0.9 },
    maxTrials: 40,
  });
});

test("what the file no longer has is taken away", () => {
  const before = definitionOf([["method: random", "method: random\n  scheduler: median"]]);
  expect(revisionOf(before, study)).toMatchObject({ scheduler: null, endWhen: null });
});

test("the content that `run` fixed, and values where parameters stand, are no difference", () => {
  const document = study.baseDocument as { readonly data: object };
  const fixed = { ...document, data: { ...document.data, contentHash: "abc" } };
  const conditional = definitionOf([
    [
      "[0, 1e-4] }",
      "[1e-3] }\n    training.batchSize: { values: [8, 16] }\n    training.schedule.warmupEpochs: { values: [1, 2], when: { training.batchSize: 8 } }",
    ],
  ]);
  expect(revisionOf({ ...study, baseDocument: fixed }, conditional).space).toEqual(conditional.space);
});

test.each([
  [[["epochs: 2", "epochs: 3, batchSize: 8"]], ["training.batchSize", "training.epochs"]],
  [[["goal: maximize", "goal: minimize"]], ["objective"]],
  [[["method: random", "method: random\n  replicates: 2"]], ["replicates"]],
  [[["study: s", "study: s\nseed: 4"]], ["seed"]],
] as const)("%j cannot change", (changes, names) => {
  const file = definitionOf(changes);
  for (const name of names) expect(() => revisionOf(study, file)).toThrow(`\`${name}\``);
  expect(() => revisionOf(study, file)).toThrow(/^study `s`: only its space, method, scheduler/);
});
