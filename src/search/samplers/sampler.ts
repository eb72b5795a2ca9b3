import type { Seed } from "../../base/index.ts";
import type { Configuration, SearchSpace } from "../space/index.ts";
import type { Objective, TrialRecord } from "../trial/index.ts";

export interface SuggestOptions {
  /** The trial's number, from 0. */
  readonly number: number;
  /** The study's seed. */
  readonly seed: Seed;
  readonly space: SearchSpace;
  /** Trials known so far, in the order of their numbers; empty unless the sampler `usesHistory`. */
  readonly history: readonly TrialRecord[];
  /** Whether small or large values of the objective are wanted. */
  readonly direction: Objective["direction"];
}

/**
 * Proposes the configuration of a trial.
 *
 * **Membership.** A suggestion assigns exactly the space's parameters, each inside its distribution.
 * **Purity.** Equal options give equal suggestions, in whatever order of numbers they are asked for.
 * **JSON.** A suggestion comes back unchanged from JSON text.
 *
 * Each law is checked by the test of its name in `src/testing/sampler-contract.ts`.
 */
export interface Sampler {
  readonly name: string;
  /** False lets a study leave out reading its trials for every proposal. */
  readonly usesHistory: boolean;
  /** Number of different suggestions, `number` 0 to `size - 1`; null when there is no end. */
  readonly size: number | null;
  suggest(options: SuggestOptions): Configuration;
}
