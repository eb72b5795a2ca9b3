import { toSeed, type Json } from "../base/index.ts";
import { createSpace } from "../search/space/index.ts";
import type { StudyDefinition, TestOpening, TrialResult } from "../search/trial/index.ts";

/** A small valid study; any part can be replaced. */
export function studyFixture(parts: Partial<StudyDefinition> = {}): StudyDefinition {
  return {
    name: "fixture",
    description: "",
    space: createSpace([{ name: "training.learningRate", distribution: { kind: "float", low: 0, high: 1 } }]),
    sampler: { name: "random", options: {} },
    objective: { metric: "validation/accuracy", direction: "maximize", reduce: "last" },
    seed: toSeed(1),
    maxTrials: 5,
    baseDocument: { training: { learningRate: 0.1, epochs: 2 } } satisfies Json,
    ...parts,
  };
}

export const resultFixture: TrialResult = {
  resultHash: "0".repeat(64),
  environment: { backend: "reference", instructionSet: "none" },
  epochs: 2,
};

/** An opening of the test split for trial 0; any part can be replaced. */
export function openingFixture(parts: Partial<TestOpening> = {}): TestOpening {
  return {
    trialNumber: 0,
    openedAt: 1_700_000_100_000,
    purpose: "final evaluation of the winner",
    contentHash: "f".repeat(64),
    examples: 2000,
    metrics: { "test/loss": 0.5, "test/accuracy": 0.8125 },
    result: resultFixture,
    ...parts,
  };
}
