import type { Json } from "../../base/index.ts";
import type { LossPoint, Objective, Ruling, TrialState } from "../trial/index.ts";

/** What a scheduler is made for. */
export interface SchedulerContext {
  /** The study's seed and name, for schedulers that share trials out. */
  readonly seed: string;
  readonly study: string;
  /** Of the main objective: turns bounds that are given in its own units into losses. */
  readonly direction: Objective["direction"];
  /** How a curve becomes the one number that counts in the end. */
  readonly reduce: Objective["reduce"];
}

/** A trial as a scheduler sees it. All values are losses: smaller is better, whatever the direction of the objective. */
export interface TrialCurve {
  readonly number: number;
  readonly state: TrialState;
  /** The main objective's metric, ordered by step. */
  readonly points: readonly LossPoint[];
  /** The trial's full length in steps. */
  readonly length: number;
  /** The number of the first trial that has the same configuration. */
  readonly configuration: number;
  /** Counts the trials of one configuration from 0; the same replicate of two configurations has the same seed or fold. */
  readonly replicate: number;
  /** What the trial was paused or stopped by, when it was. */
  readonly ruling: Ruling | null;
  /** For a trial that inherits: whose weights, and after which step. */
  readonly parent: { readonly number: number; readonly step: number } | null;
}

/** What a free worker is to do. */
export type Assignment =
  /** Continue a paused trial. `ruling` has the facts of the promotion. */
  | { readonly action: "resume"; readonly number: number; readonly facts: Readonly<Record<string, Json>> }
  /** Start another trial, when the budget allows one; `parent`: with the weights of that trial after that step. */
  | { readonly action: "start"; readonly parent?: { readonly number: number; readonly step: number } }
  /** Nothing before a running trial reports. */
  | { readonly action: "wait" }
  /** All is done: what is paused is stopped, and the study ends, for this reason. */
  | { readonly action: "end"; readonly message: string };

export interface AssignOptions {
  /** Every trial, in the order of their numbers. */
  readonly trials: readonly TrialCurve[];
  /** True while the study may create another trial. */
  readonly canStart: boolean;
}

/** A paused trial that is out. */
export interface SettledTrial {
  readonly number: number;
  readonly ruling: Ruling;
}

/**
 * Decides which trials go on.
 *
 * **Purity.** A decision is a function of the arguments alone, and does not depend on the order of `trials`.
 * **Stillness.** `judge` returns null unless the trial's last point is the first at or after a step that `nextStep` gave
 * for the point before it: a trial that reports every second step is judged at the first step that it does report.
 * **Order.** What `judge` says does not depend on trials that have reported nothing up to that step.
 *
 * Each law is a test of `testing/scheduler-contract.ts`.
 */
export interface Scheduler {
  readonly name: string;
  /**
   * True when its decisions are still right when it is shown only the trials up to a number, and a trial never waits for
   * later ones, which would wait for its result: then a study with ordered results is the same for any number of workers.
   * Defaults to false; never true of schedulers that pause.
   */
  readonly isOrderable?: boolean;
  /** The first step after `step` at which the trial has to be judged; Infinity when there is none. */
  nextStep(trial: Pick<TrialCurve, "number" | "length">, step: number): number;
  /**
   * @param trial its last point is at the step in question; @param trials every trial, this one too.
   * @returns null: go on.
   */
  judge(trial: TrialCurve, trials: readonly TrialCurve[]): Ruling | null;
  /** Absent for schedulers that never pause: a free worker then starts the next trial. */
  assign?(options: AssignOptions): Assignment;
  /**
   * The paused trials that never go on, each with the ruling that says why. Absent for schedulers that never pause. A
   * study may stop them at once, which frees their checkpoints, or all together at the end.
   */
  settle?(options: AssignOptions): readonly SettledTrial[];
}
