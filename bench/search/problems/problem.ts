import type { Configuration, SearchSpace } from "../../../src/search/index.ts";

export type ProblemKind =
  | "continuous"
  | "integer"
  | "mixed"
  | "conditional"
  | "noisy"
  | "failing"
  | "irrelevant"
  | "constrained"
  | "real"
  | "two objectives";

/** Something to search, whose true values are known: what a sampler finds can be judged without noise. */
export interface Problem {
  readonly name: string;
  readonly kind: ProblemKind;
  readonly space: SearchSpace;
  /** The true losses, one per objective; null where the evaluation fails. `peers/problems.py` has the same formulas. */
  evaluate(configuration: Configuration): readonly number[] | null;
  /** Standard deviation of what is added to the loss that the sampler is told; none when absent. */
  readonly noise?: number;
  /** Of two objectives: the point up to which the front's volume is measured. */
  readonly reference?: readonly number[];
  /** For the reader: what is hard about it. */
  readonly challenge: string;
}

/** Reads the configuration's numbers by name; 0 for what is not active. */
export function numbersOf(configuration: Configuration): (name: string) => number {
  return (name) => {
    const value = configuration[name];
    return typeof value === "number" ? value : 0;
  };
}

export const square = (x: number) => x * x;

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
