import type { Seed } from "../../base/index.ts";
import type { Configuration, SearchSpace } from "../space/index.ts";
import type { LossPoint, Why } from "../trial/index.ts";

/**
 * What is known of one configuration. All values are losses: smaller is better, whatever the direction of the objective.
 * The same object comes again as long as nothing about it changed, so it can be the key of a cache.
 */
export interface Evaluation {
  /**
   * Counts configurations from 0, in the order in which they were tried; negative for what was known before the study.
   * Where no configuration is trained twice it is the number of the trial.
   */
  readonly number: number;
  /** True for a configuration that a person gave and no sampler proposed. */
  readonly isGiven: boolean;
  /** Assigns the active parameters of the space that is asked about. */
  readonly configuration: Configuration;
  /** pending: nothing is known yet. stopped: ended or paused by a scheduler before its full length. */
  readonly state: "pending" | "completed" | "stopped" | "failed";
  /**
   * One per objective, means over finished replicates. Null when there are none yet and for what failed. Of a stopped or
   * paused trial, as far as it came.
   */
  readonly losses: readonly number[] | null;
  /** How many trials the losses are means of. */
  readonly replicates: number;
  /** Sample variance of each loss over the replicates; null for fewer than two. */
  readonly variances: readonly number[] | null;
  /** By how much each outcome constraint is broken, kept when <= 0; empty when there are none or nothing was measured. */
  readonly violations: readonly number[];
  /** The furthest step that was reported, as a share of the full length, in [0, 1]. */
  readonly fidelity: number;
  /** The main objective's curve by step; empty unless the sampler `usesCurves`. */
  readonly curve: readonly LossPoint[];
}

export interface Suggestion {
  readonly configuration: Configuration;
  readonly why: Why;
  /** The name of the sampler that proposed it, where another one was chosen by its own rules; absent: the asked one's. */
  readonly sampler?: string;
  /** The trial's length in steps when the sampler decides it; the document's own otherwise. */
  readonly steps?: number;
  /** In place of `steps`: the length as a share of the document's own, in (0, 1]. */
  readonly share?: number;
  /**
   * True for a configuration that was tried and is now trained at another length: it is no duplicate, and what comes of it is an
   * evaluation with a number of its own.
   */
  readonly again?: boolean;
}

export interface SuggestOptions {
  /** The number that the configuration will have: one more than the last one of the history. */
  readonly number: number;
  /** 0 at first; counts up when the study had to refuse the suggestions for this number (duplicates). */
  readonly retry: number;
  /** The study's seed. */
  readonly seed: Seed;
  readonly space: SearchSpace;
  /** What is known so far, in the order of the numbers; empty unless the sampler `usesHistory`. */
  readonly history: readonly Evaluation[];
  /** Number of objectives; at least 1. */
  readonly objectives: number;
  /** Number of trials that the study will have. */
  readonly maxTrials: number;
}

/**
 * Proposes the configuration of a trial.
 *
 * **Membership.** A suggestion assigns exactly the space's active parameters, each inside its distribution, and keeps all
 * constraints.
 * **Purity.** Equal options give equal suggestions, in whatever order of numbers they are asked for.
 * **JSON.** A suggestion comes back unchanged from JSON text.
 * **Reason.** A suggestion says why it was made.
 *
 * Each law is checked by the test of its name in `src/testing/sampler-contract.ts`.
 */
export interface Sampler {
  readonly name: string;
  /** False lets a study leave out reading its trials for every proposal. */
  readonly usesHistory: boolean;
  /** True for samplers that look at values before the end of a trial. */
  readonly usesCurves?: boolean;
  /** Number of different suggestions, `number` 0 to `size - 1`; null when there is no end. */
  readonly size: number | null;
  /** Null: nothing to propose before a pending trial has finished. */
  suggest(options: SuggestOptions): Suggestion | null;
}
