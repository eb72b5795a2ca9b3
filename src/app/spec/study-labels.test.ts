import { expect, test } from "vitest";

import { TunesmithError } from "../../base/index.ts";
import { readStudyText } from "./study-file.ts";
import { checkSweep } from "./wandb/check-sweep.ts";
import { readSweep } from "./wandb/read-sweep.ts";

const study = (labels: string) => `study: labelled
${labels}
data: { dataset: digits }
model: { kind: mlp, hidden: [16] }
search:
  method: random
  metric: { name: validation/accuracy, goal: maximize }
  parameters:
    model.hidden: { values: [[16], [512, 512]] }
    training.learningRate: { distribution: log_uniform_values, min: 1e-4, max: 1e-1 }
`;

function labelsOf(text: string) {
  return readStudyText(study(text), "study.yaml").definition.labels;
}

function messageOf(text: string): string {
  try {
    labelsOf(text);
  } catch (error) {
    if (error instanceof TunesmithError) return error.message;
  }
  return "";
}

test("labels are for all trials, or for those with certain values", () => {
  expect(labelsOf("labels: [gpu, { label: big, when: { model.hidden: [[512, 512]] } }]")).toEqual([
    { label: "gpu" },
    { label: "big", when: { "model.hidden": [[512, 512]] } },
  ]);
  expect(labelsOf("labels: [{ label: slow, when: { training.learningRate: { max: 0.001 } } }]")).toEqual([
    { label: "slow", when: { "training.learningRate": { max: 0.001 } } },
  ]);
  expect(labelsOf("description: none")).toBeUndefined();
});

test.each([
  ["labels: gpu", /study\.yaml:2:9: labels: expected a list, got "gpu"/],
  ["labels: [two words]", /study\.yaml:2:10: .*expected a word of letters.*got "two words"/],
  ["labels: [{ label: big, wen: {} }]", /study\.yaml:2:\d+: .*unknown key `wen`; did you mean `when`/],
  [
    "labels: [{ label: big, when: { model.hiden: [[1]] } }]",
    /study\.yaml:2:24: .*`model\.hiden`.*did you mean `model\.hidden`/,
  ],
  ["labels: [{ label: big, when: { model.hidden: [[7]] } }]", /study\.yaml:2:24: .*\[7\]/],
])("%s is refused where it stands", (text, message) => {
  expect(messageOf(text)).toMatch(message);
});

test("a W&B sweep may have them too", () => {
  const text = `program: train.py
method: grid
labels: [gpu]
metric: { name: loss, goal: minimize }
parameters: { lr: { values: [1, 2] } }
`;
  const sweep = readSweep(text, "sweep.yaml")!;
  expect(checkSweep(sweep, { folder: "/" }).definition.labels).toEqual([{ label: "gpu" }]);
  const wrong = readSweep(text.replace("[gpu]", "[a b]"), "sweep.yaml")!;
  expect(() => checkSweep(wrong, { folder: "/" })).toThrow(/sweep\.yaml:3:\d+: .*expected a word of letters/);
});
