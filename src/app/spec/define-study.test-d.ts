/** Compiled by `tsc -b`: a line under @ts-expect-error that compiles is an error. */
import { defineStudy, type ParameterPath, type StudyInput } from "./index.ts";

const data = { dataset: "digits" } as const;
const model = { kind: "mlp", hidden: [8] } as const satisfies { kind: string; hidden: readonly number[] };
const metric = { name: "validation/accuracy", goal: "maximize" } as const;
const search = { method: "grid", metric } as const;

export const everyShape = defineStudy({
  study: "s",
  data,
  model: { kind: "mlp", hidden: [...model.hidden] },
  search: {
    ...search,
    parameters: {
      "training.learningRate": { distribution: "log_uniform_values", min: 1e-4, max: 1 },
      "training.batchSize": { distribution: "q_uniform", min: 16, max: 64, q: 16 },
      "training.optimizer": { values: ["adam", "sgd"] },
      "training.weightDecay": { values: [0, 1], probabilities: [0.5, 0.5] },
      "model.hidden": { values: [[8], [16, 8]] },
      "model.activation": { value: "tanh" },
      "data.train": { min: 10, max: 20 },
      "data.dataset": { values: ["digits", "mnist"] },
      "training.momentum": { min: 0.1, max: 0.9, when: { "training.optimizer": "sgd" } },
      "training.l2Penalty": { distribution: "log_normal", mu: -3 },
      "model.dropout": { values: [0, 0.5], ordered: true, when: { "training.batchSize": { min: 16 } } },
    },
    constraints: [
      { require: "training.batchSize <= 64" },
      { forbid: { "training.optimizer": ["adam"], "training.batchSize": { max: 16 } } },
    ],
    derived: { "training.schedule.warmupEpochs": "training.epochs / 10" },
  },
});

export const everySetting = defineStudy({
  study: "s",
  data: { dataset: "digits", folds: 3 },
  model: { kind: "mlp" },
  search: {
    method: { name: "tpe", startupTrials: 5 },
    scheduler: { name: "patience", steps: 3 },
    metric,
    otherMetrics: [{ name: "train/seconds", goal: "minimize", reduce: "mean-of-last-3" }],
    outcomes: [{ metric: "validation/loss", max: 2 }],
    maxTrials: 12,
    replicates: { over: "data.fold" },
    initial: [{ "training.momentum": 0.9 }, {}],
    duplicates: "replicate",
    ordered: true,
    endWhen: { target: 0.9, noImprovement: 10 },
    warmStart: ["older", { study: "other", store: "../store" }],
    parameters: {
      "training.momentum": { distribution: "log_uniform_values", min: 0.5, max: 0.99, reverse: true },
    },
  },
});

export const path: ParameterPath = "training.weightDecay";
// @ts-expect-error a path that no document has
export const wrongPath: ParameterPath = "training.weigthDecay";
// @ts-expect-error a mapping is no value
export const mapping: ParameterPath = "training";

const base = { study: "s", data, model: { kind: "mlp" } } as const;

export const misspelt: StudyInput = {
  ...base,
  // @ts-expect-error a path that no document has
  search: { ...search, parameters: { "training.weigthDecay": { values: [0] } } },
};

export const wrongChoice: StudyInput = {
  ...base,
  // @ts-expect-error no such optimiser
  search: { ...search, parameters: { "training.optimizer": { values: ["adamm"] } } },
};

export const textForNumber: StudyInput = {
  ...base,
  // @ts-expect-error a rate is a number
  search: { ...search, parameters: { "training.learningRate": { values: ["1e-4"] } } },
};

export const conditionOnNothing: StudyInput = {
  ...base,
  search: {
    ...search,
    // @ts-expect-error a condition names parameters of the document
    parameters: { "training.momentum": { min: 0.1, max: 0.9, when: { "training.optimiser": "sgd" } } },
  },
};

export const rangeOfNames: StudyInput = {
  ...base,
  // @ts-expect-error names have no range
  search: { ...search, parameters: { "model.activation": { min: 0, max: 1 } } },
};

export const quantumMissing: StudyInput = {
  ...base,
  // @ts-expect-error a quantised range needs q
  search: { ...search, parameters: { "training.batchSize": { distribution: "q_uniform", min: 1, max: 9 } } },
};

export const wrongMetric: StudyInput = {
  ...base,
  // @ts-expect-error no training reports it
  search: { method: "grid", metric: { name: "validation/acc", goal: "maximize" }, parameters: {} },
};

export const unknownOption: StudyInput = {
  ...base,
  // @ts-expect-error the method has no such option
  search: { ...search, method: { name: "tpe", startupTrails: 5 }, parameters: {} },
};

export const unknownScheduler: StudyInput = {
  ...base,
  // @ts-expect-error no such scheduler
  search: { ...search, scheduler: "patient", parameters: {} },
};

export const outcomeWithoutBound: StudyInput = {
  ...base,
  // @ts-expect-error a bound is missing
  search: { ...search, outcomes: [{ metric: "validation/loss" }], parameters: {} },
};

export const replicatesWithoutCount: StudyInput = {
  ...base,
  // @ts-expect-error how many is not known
  search: { ...search, replicates: { over: "seed" }, parameters: {} },
};

export const initialOfNothing: StudyInput = {
  ...base,
  // @ts-expect-error a path that no document has
  search: { ...search, initial: [{ "training.rate": 1 }], parameters: {} },
};

export const wrongDataset: StudyInput = {
  study: "s",
  // @ts-expect-error no such data set
  data: { dataset: "digit" },
  model: { kind: "mlp" },
  search: { ...search, parameters: {} },
};

// @ts-expect-error the model is missing
export const noModel: StudyInput = { study: "s", data, search: { ...search, parameters: {} } };

export const ofAProgram = defineStudy({
  study: "s",
  command: {
    program: "train.py",
    env: { OMP_NUM_THREADS: 2, API_KEY: "${envvar:API_KEY}" },
    timeLimit: "30m",
    memoryLimit: "4GB",
    retries: 2,
    metrics: { patterns: { "val/loss": "loss=(.+)" }, file: "metrics.csv", http: false, step: "epoch" },
  },
  search: {
    method: { name: "tpe", startupTrials: 5 },
    scheduler: "asha",
    metric: { name: "val/loss", goal: "minimize" },
    outcomes: [{ metric: "seconds", max: 3 }],
    replicates: 3,
    initial: [{ lr: 0.1 }],
    parameters: {
      lr: { min: 0.1, max: 0.5 },
      opt: { values: ["sgd", { name: "adam" }] },
      "opt.momentum": { value: 0.9, when: { opt: ["sgd"] } },
    },
    constraints: [{ require: "lr < 1" }, { forbid: { opt: "sgd", lr: { max: 0.2 } } }],
    derived: { width: "2 * lr" },
  },
});

const programSearch = { metric: { name: "loss", goal: "minimize" }, parameters: {} } as const;

defineStudy({
  study: "s",
  // @ts-expect-error no such key
  command: { programme: "train.py" },
  search: programSearch,
});

defineStudy({
  study: "s",
  command: { program: "train.py" },
  // @ts-expect-error no program inherits weights
  search: { ...programSearch, scheduler: "pbt" },
});
