import { describe, expect, test } from "vitest";

import { exitStatusOf } from "../run-and-report.ts";
import { trialsAsCsv } from "./export-formats.ts";
import { filterTrials, parseFilter, sortTrials } from "./select-trials.ts";
import { shortNames, type TrialColumn, type TrialView } from "./trial-view.ts";

function trial(number: number, values: Partial<TrialView> = {}): TrialView {
  return {
    number,
    state: "completed",
    parameters: {},
    objective: null,
    metrics: {},
    epochs: 1,
    durationMs: 1,
    seed: "1" as TrialView["seed"],
    resultHash: null,
    environment: null,
    reason: null,
    otherObjectives: {},
    origin: null,
    ...values,
  };
}

const objective: TrialColumn = { title: "o", value: (one) => one.objective, cell: () => "" };
const optimizer: TrialColumn = { title: "p", value: (one) => one.parameters["optimizer"], cell: () => "" };
const column = (name: string) => (name === "objective" ? objective : optimizer);

describe("sorting and filtering", () => {
  const trials = [
    trial(0, { objective: 0.5, parameters: { optimizer: "sgd" } }),
    trial(1, { parameters: { optimizer: "adam" } }),
    trial(2, { objective: 0.9, parameters: { optimizer: "adam" } }),
  ];
  const numbers = (views: readonly TrialView[]) => views.map(({ number }) => number);

  test("trials without a value come last in either direction", () => {
    expect(numbers(sortTrials(trials, objective, false))).toEqual([0, 2, 1]);
    expect(numbers(sortTrials(trials, objective, true))).toEqual([2, 0, 1]);
    expect(numbers(sortTrials(trials, optimizer, false))).toEqual([1, 2, 0]);
  });

  test.each([
    ["objective>0.5", [2]],
    ["objective >= 0.5", [0, 2]],
    ["objective<0.9", [0]],
    ["objective<=0.9", [0, 2]],
    ["objective!=0.5", [1, 2]],
    ["optimizer=adam", [1, 2]],
  ])("%s", (text, expected) => {
    expect(numbers(filterTrials(trials, [parseFilter(text, column)]))).toEqual(expected);
  });
});

test("a path is named by its last part where that is enough", () => {
  expect(shortNames(["training.weightDecay", "data.seed", "model.seed"])).toEqual([
    "weightDecay",
    "data.seed",
    "model.seed",
  ]);
});

test("CSV quotes what would break it", () => {
  const csv = trialsAsCsv([
    trial(0, {
      parameters: { "model.hidden": [64, 32] },
      state: "failed",
      reason: { kind: "error", message: 'a "b"' },
    }),
  ]);
  expect(csv).toBe(
    'number,state,model.hidden,objective,epochs,durationMs,seed,resultHash,reason\r\n0,failed,"[64,32]",,1,1,1,,"error: a ""b"""\r\n',
  );
});

describe("the exit status of a run", () => {
  const completed = trial(0);
  const diverged = trial(1, { state: "failed", reason: { kind: "diverged", message: "" } });
  const broken = trial(2, { state: "failed", reason: { kind: "error", message: "" } });

  test.each([
    ["finished", [completed, diverged, diverged], 0],
    ["finished", [completed, broken], 0],
    ["finished", [completed, broken, broken], 1],
    ["finished", [diverged], 1],
    ["time-limit", [completed], 0],
    ["time-limit", [broken], 5],
    ["stop-requested", [], 0],
    ["interrupted", [completed], 130],
  ] as const)("%s", (end, trials, status) => {
    expect(exitStatusOf({ end }, trials)).toBe(status);
  });
});
