import { toSeed, type Json } from "../base/index.ts";
import { createSpace } from "../search/space/index.ts";
import type { StudyDefinition, TrialResult } from "../search/trial/index.ts";

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
