import { describe, expect, test } from "vitest";

import { toSeed } from "../../../base/index.ts";
import { createSpace } from "../../../search/space/index.ts";
import type { StudyDefinition, TrialOrigin } from "../../../search/trial/index.ts";
import { plainStyle } from "../output/style.ts";
import { renderConfigurations } from "./configurations-view.ts";
import { definitionChanges } from "./definition-changes.ts";
import { originFields } from "./origin-text.ts";
import { searchFields, spaceFields } from "./search-text.ts";

const space = createSpace(
  [
    { name: "training.optimizer", distribution: { kind: "categorical", values: ["adam", "sgd"] } },
    {
      name: "training.momentum",
      distribution: { kind: "float", low: 0, high: 0.9 },
      when: { "training.optimizer": "sgd" },
    },
  ],
  { constraints: [{ require: "training.momentum <= 0.5" }] },
);

const definition: StudyDefinition = {
  name: "s",
  description: "",
  space,
  sampler: { name: "tpe", options: {} },
  objective: { metric: "validation/accuracy", direction: "maximize", reduce: "last" },
  seed: toSeed(3),
  maxTrials: 20,
  baseDocument: {},
};

describe("how a study searches", () => {
  test("is its method and objective where nothing else is asked for", () => {
    expect(searchFields(definition)).toEqual([
      ["search", "tpe, seed 3"],
      ["objective", "maximize validation/accuracy (last)"],
    ]);
  });

  test("names everything that a person asked for", () => {
    const full: StudyDefinition = {
      ...definition,
      sampler: { name: "tpe", options: { startupTrials: 5 } },
      scheduler: { name: "asha", options: { eta: 3, mode: "promote" } },
      otherObjectives: [{ metric: "model/weights", direction: "minimize", reduce: "last" }],
      outcomeConstraints: [{ metric: "train/seconds", reduce: "best", max: 2 }],
      replicates: { count: 3, over: "data.fold", racing: false },
      initial: [{}],
      prior: [
        { parameters: {}, values: [1, 2], source: "old" },
        { parameters: {}, values: [1, 2], source: "old" },
      ],
      duplicates: "reuse",
      ordered: 4,
      endWhen: { target: 0.9, noImprovement: 5, expectedImprovement: 1e-4 },
    };
    expect(searchFields(full)).toEqual([
      ["search", "tpe (startupTrials 5), seed 3"],
      ["scheduler", "asha (eta 3, mode promote)"],
      ["objective", "maximize validation/accuracy (last)"],
      ["and", "minimize model/weights (last)"],
      ["outcome", "train/seconds at most 2 (best)"],
      ["replicates", "3 trainings of each configuration, each with another fold"],
      ["tried first", "1 configuration"],
      ["learns from", "2 results of old"],
      ["duplicates", "reuse"],
      ["ordered", "each proposal follows from the results of trials 4 back and earlier"],
      [
        "ends early",
        "at validation/accuracy 0.9; after 5 finished trials without an improvement; where less than 1e-4 of improvement is expected",
      ],
    ]);
  });

  test("a space is its parameters with their conditions, and its rules", () => {
    expect(spaceFields(space)).toEqual([
      ["training.optimizer", "adam, sgd"],
      ["training.momentum", "0 to 0.9 (float, linear); when training.optimizer is sgd"],
      ["constraint", "training.momentum <= 0.5"],
    ]);
  });
});

test("what a new version changes is said part by part", () => {
  expect(definitionChanges(definition, definition)).toEqual([]);
  const changed: StudyDefinition = {
    ...definition,
    maxTrials: 40,
    scheduler: { name: "median", options: {} },
    endWhen: { noImprovement: 5 },
    space: createSpace([
      { name: "training.optimizer", distribution: { kind: "categorical", values: ["adam", "sgd", "lion"] } },
      { name: "training.batchSize", distribution: { kind: "integer", low: 1, high: 9 } },
    ]),
  };
  expect(definitionChanges(definition, changed)).toEqual([
    "trials: 20 → 40",
    "scheduler: none → median",
    "ends early: never → after 5 finished trials without an improvement",
    "training.optimizer: adam, sgd → adam, sgd, lion",
    "training.momentum: 0 to 0.9 (float, linear); when training.optimizer is sgd → not searched",
    "training.batchSize: not searched → 1 to 9 (integer, linear)",
    "no longer training.momentum <= 0.5",
  ]);
});

describe("why a trial was proposed", () => {
  const origin: TrialOrigin = {
    by: "sampler",
    sampler: "gp",
    why: {
      kind: "exploiting",
      message: "most promising",
      prediction: { mean: -0.912, deviation: 0.01234 },
      acquisition: { name: "log expected improvement", value: -2.5 },
    },
    configuration: 7,
    replicate: 0,
    seen: { revision: 9, finished: 5, pending: 2 },
  };

  test("is said in the objective's own units, with what was known", () => {
    expect(originFields({ number: 7, origin }, definition)).toEqual([
      ["proposed", "by gp, exploiting: most promising"],
      ["expected", "validation/accuracy 0.912 ± 0.012"],
      ["acquisition", "log expected improvement -2.5"],
      ["had seen", "5 finished trials, and 2 under way"],
    ]);
    const minimized = { objective: { ...definition.objective, direction: "minimize" } } as const;
    expect(originFields({ number: 7, origin }, minimized)).toContainEqual([
      "expected",
      "validation/accuracy -0.912 ± 0.012",
    ]);
  });

  test("a repeat, an heir, and what a person gave", () => {
    const { why: _why, ...rest } = origin;
    const given = { ...rest, by: "given", sampler: null, why: null } as const;
    expect(originFields({ number: 8, origin: given }, definition)).toEqual([
      ["proposed", "given by a person"],
      ["had seen", "5 finished trials, and 2 under way"],
      ["repeats", "the configuration of trial #7"],
    ]);
    const why = { kind: "replicating", message: "training 2 of trial 7's configuration" } as const;
    const repeated = { ...rest, sampler: null, why, seen: { upTo: 3, finished: 4, pending: 0 } };
    expect(originFields({ number: 8, origin: repeated }, definition)).toEqual([
      ["proposed", "by the study, replicating: training 2 of trial 7's configuration"],
      ["had seen", "the results up to trial #3"],
    ]);
    const heir = { ...given, by: "inherited", configuration: 8, parent: { number: 2, step: 4 } } as const;
    expect(originFields({ number: 8, origin: { ...heir, why } }, definition)).toContainEqual([
      "inherits",
      "the weights of trial #2 after step 4",
    ]);
  });

  test("nothing is said where it was not recorded", () => {
    expect(originFields({ number: 0, origin: null }, definition)).toEqual([]);
  });
});

describe("configurations that were trained several times", () => {
  const one = {
    number: 0,
    parameters: { "training.optimizer": "adam" },
    trials: [0, 1],
    mean: 0.5,
    deviation: 0.125,
    count: 2,
    isFeasible: true,
  };
  const two = {
    ...one,
    number: 2,
    parameters: { "training.optimizer": "sgd", "training.momentum": 0.5 },
    trials: [2, 3],
    mean: 0.25,
    deviation: null,
    count: 1,
  };

  test("are a table with their means", () => {
    expect(renderConfigurations([one, two], definition, { style: plainStyle })).toBe(
      [
        "configuration  optimizer  momentum  mean  deviation  trials  numbers",
        "           #0       adam             0.5      0.125       2  #0 #1",
        "           #2        sgd       0.5  0.25             1 of 2  #2 #3",
      ].join("\n"),
    );
  });

  test("outcomes are told where a study has such bounds, and a long table is cut", () => {
    const many = Array.from({ length: 12 }, (_, number) => ({ ...two, number, isFeasible: false }));
    const constrained = { ...definition, outcomeConstraints: [] };
    const lines = renderConfigurations(many, constrained)!.split("\n");
    expect(lines).toHaveLength(12);
    expect(lines[1]).toContain("broken");
    expect(lines.at(-1)).toBe("… and 2 more");
  });

  test("there is none where each was trained once", () => {
    expect(renderConfigurations([{ ...one, trials: [0] }], definition)).toBeNull();
  });
});
