import type { Json } from "../../base/index.ts";

/** Why a configuration was proposed: kept with the trial, for people and for whoever looks back. */
export interface Why {
  /** startup: nothing is known yet. exploring and exploiting: a model chose it for what may be or for what it expects. */
  readonly kind: "enumerated" | "drawn" | "startup" | "exploring" | "exploiting" | "replicating";
  /** One sentence that says which rule chose it. */
  readonly message: string;
  /** What a model expected of the main objective, as a loss. */
  readonly prediction?: { readonly mean: number; readonly deviation: number };
  /** What was maximised, and how far. */
  readonly acquisition?: { readonly name: string; readonly value: number };
  readonly facts?: Readonly<Record<string, Json>>;
}

/** Where a trial's configuration came from. */
export interface TrialOrigin {
  /** sampler; given: enqueued or an initial configuration; inherited: changed from another trial's, with its weights. */
  readonly by: "sampler" | "given" | "inherited";
  /** Which of the study's initial configurations it is, from 0; absent for every other trial. */
  readonly initial?: number;
  /** The sampler's name, null unless by one. Of `auto` the one that it chose. */
  readonly sampler: string | null;
  /** Null for a given configuration. */
  readonly why: Why | null;
  /** The number of the first trial that has the same configuration; the trial's own unless it is a replicate. */
  readonly configuration: number;
  /** Counts the trials of one configuration from 0. */
  readonly replicate: number;
  /** Whose weights it goes on from, and after which step. */
  readonly parent?: { readonly number: number; readonly step: number };
  /** What the proposal had seen. */
  readonly seen: {
    /** Every trial that had ended by this revision of the study was known, all others counted as running. */
    readonly revision?: number;
    /** With ordered results: the trials up to this number were known, and all others counted as running. */
    readonly upTo?: number;
    readonly finished: number;
    readonly pending: number;
  };
}
