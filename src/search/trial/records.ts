/**
 * What is remembered of a study. Records are plain data; times are milliseconds since the Unix epoch; every 64-bit
 * seed is decimal text.
 */
import type { Json, Seed } from "../../base/index.ts";
import type { Condition, Configuration, SearchSpace } from "../space/index.ts";
import type { TrialOrigin } from "./origin.ts";

declare const studyIdBrand: unique symbol;
declare const trialIdBrand: unique symbol;
export type StudyId = number & { readonly [studyIdBrand]: true };
export type TrialId = number & { readonly [trialIdBrand]: true };

/** A reducer turns the curve of the objective's metric into one number; declared, never guessed. */
export type Reducer = "last" | "best" | `mean-of-last-${number}`;

export interface Objective {
  /** For example `validation/accuracy`. */
  readonly metric: string;
  readonly direction: "minimize" | "maximize";
  readonly reduce: Reducer;
}

export interface SamplerChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, Json>>;
}

export interface SchedulerChoice {
  readonly name: string;
  readonly options: Readonly<Record<string, Json>>;
}

/** What a configuration's result must keep to be wanted at all: at least one bound. */
export interface OutcomeConstraint {
  readonly metric: string;
  readonly reduce: Reducer;
  readonly min?: number;
  readonly max?: number;
}

/** Each configuration is trained several times. */
export interface ReplicateChoice {
  /** At most so many trainings of each configuration. */
  readonly count: number;
  /** Where the number of the repeat is put: another seed, or another fold. */
  readonly over: "seed" | "data.fold";
  /** True: a configuration that is clearly worse than the best after some repeats gets no more of them. */
  readonly racing: boolean;
}

/** When to end before the last trial; each is checked when a trial has finished. */
export interface EndRules {
  /** A value of the objective that is good enough. */
  readonly target?: number;
  /** The best value has not improved in so many finished trials. */
  readonly noImprovement?: number;
  /** The sampler's model expects less improvement than this of its own proposal, three times in a row. */
  readonly expectedImprovement?: number;
}

/** Trials that only some workers can run. */
export interface LabelRule {
  /** A worker that runs such a trial has this label. */
  readonly label: string;
  /** Which configurations need it; absent: all. */
  readonly when?: Condition;
}

/** A result that was known before the study. */
export interface PriorTrial {
  readonly parameters: Configuration;
  /** One per objective. */
  readonly values: readonly number[];
  /** For people: where it comes from. */
  readonly source: string;
}

/**
 * What a study is. Changes only by a new version (`Study.revise`), which is recorded; optional parts are absent when they are not
 * used, so that the record of an older study reads the same.
 */
export interface StudyDefinition {
  readonly name: string;
  readonly description: string;
  readonly space: SearchSpace;
  readonly sampler: SamplerChoice;
  /** Which trials go on; absent: all to their end. */
  readonly scheduler?: SchedulerChoice;
  /** The main objective: what schedulers watch and lists are sorted by. */
  readonly objective: Objective;
  /** Traded off against the main objective. */
  readonly otherObjectives?: readonly Objective[];
  readonly outcomeConstraints?: readonly OutcomeConstraint[];
  readonly replicates?: ReplicateChoice;
  /** Configurations to try first; what they leave out is drawn. */
  readonly initial?: readonly Configuration[];
  /** Results of other studies that the sampler learns from. */
  readonly prior?: readonly PriorTrial[];
  /** What to do with a configuration that was tried before. Defaults to `skip`. */
  readonly duplicates?: "skip" | "reuse" | "replicate";
  /**
   * Trial n is proposed from the results of trials up to n - ordered and of no other, so that proposals are the same for any
   * number of workers up to this. Absent: from whatever is known.
   */
  readonly ordered?: number;
  /** Parameters that an heir in population based training may change, where it inherits weights; absent: all. */
  readonly perturbed?: readonly string[];
  readonly endWhen?: EndRules;
  /** Path of the document where a trial's length in steps stands, such as `training.epochs`. */
  readonly lengthPath?: string;
  readonly labels?: readonly LabelRule[];
  readonly seed: Seed;
  /** Exact number of trials, whatever the number of workers. */
  readonly maxTrials: number;
  /** The document that parameters are set into; opaque to search. */
  readonly baseDocument: Json;
  /** Set for a study with callbacks: code of its author's, which its workers import. */
  readonly callbacks?: CodeFile;
  /** Set for a study with data sources of its author's. */
  readonly sources?: CodeFile;
}

export interface CodeFile {
  /** Absolute path of the study file. */
  readonly file: string;
}

export interface StudyRecord {
  readonly id: StudyId;
  readonly definition: StudyDefinition;
  readonly createdAt: number;
  /** Set by `requestStop`; workers finish or hand back what they run and take nothing new. Cleared by resume. */
  readonly stopRequested: boolean;
  /** Counts the versions of the definition from 1. */
  readonly version: number;
  /** Why no trial is created any more although the number of trials allows one; null while it is not so. */
  readonly ended: StudyEnd | null;
}

export interface StudyEnd {
  /** Name of the rule, for example `target`. */
  readonly rule: string;
  readonly message: string;
  readonly endedAt: number;
}

/** A definition as it was until another took its place. */
export interface StudyVersion {
  readonly version: number;
  readonly definition: StudyDefinition;
  readonly createdAt: number;
  /** For people: what was changed and why. */
  readonly note: string;
}

export type TrialState = "waiting" | "running" | "paused" | "completed" | "stopped" | "failed";

export type FailureKind = "diverged" | "out-of-memory" | "timeout" | "lost" | "error";

/** Why a trial stands where it stands: `kind` for programs, `message` for people. */
export interface TrialReason {
  readonly kind: FailureKind | "scheduler" | "stopped-early" | "reused" | "study-ended";
  readonly message: string;
  readonly facts?: Readonly<Record<string, Json>>;
}

/** What a finished trial leaves besides its observations. */
export interface TrialResult {
  /** SHA-256 over everything in the result that must be reproducible. */
  readonly resultHash: string;
  /** Names back end and instruction set: a hash is only comparable under the same ones. */
  readonly environment: Readonly<Record<string, string>>;
  readonly epochs: number;
  /** How many examples each split held: what an accuracy is a proportion of. */
  readonly examples?: Readonly<Record<string, number>>;
  /** The best epoch by the trial's own measure; absent when there is none. */
  readonly bestEpoch?: number;
}

/** The fact that a study's locked test split was opened, and what was measured on it. */
export interface TestOpening {
  /** The trial whose weights were measured. */
  readonly trialNumber: number;
  readonly openedAt: number;
  /** What it was for, in words. */
  readonly purpose: string;
  /** Names the test examples by their content. */
  readonly contentHash: string;
  /** How many test examples there are; every metric is over all of them. */
  readonly examples: number;
  /** By name: `test/loss`, `test/accuracy` ... Non-finite values are kept. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the training that the measured weights come from; its hash is the trial's own unless the place differs. */
  readonly result: TrialResult;
}

/** An opening as it is remembered. */
export interface TestOpeningRecord extends TestOpening {
  /** 1 for the first opening in the study's life. */
  readonly ordinal: number;
}

export interface TrialRecord {
  readonly id: TrialId;
  readonly studyId: StudyId;
  /** 0, 1, 2 ... within the study; unique and without gaps. */
  readonly number: number;
  readonly state: TrialState;
  readonly parameters: Configuration;
  readonly seed: Seed;
  /** The whole document that is run; replaying it needs nothing else. */
  readonly document: Json;
  /** Number of the current or last attempt; 0 before the first. */
  readonly attempt: number;
  /** The worker that holds the lease while running. */
  readonly worker: string | null;
  readonly leaseExpiresAt: number | null;
  /** How long the lease is after each renewal; null unless running. */
  readonly leaseMs: number | null;
  /** What a worker must have to run it, such as `gpu`. */
  readonly labels: readonly string[];
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Running time of all attempts together. */
  readonly durationMs: number;
  /** Null until completed, and when the metric never came or is not finite. Of a stopped or paused one, as far as it came. */
  readonly objectiveValue: number | null;
  /** One per other objective of the study; empty when there are none or none was measured. */
  readonly otherValues: readonly (number | null)[];
  /** One per outcome constraint, by how much it is broken (kept when <= 0); empty when there are none or none was measured. */
  readonly violations: readonly (number | null)[];
  /** Null for trials of stores from before this was recorded. */
  readonly origin: TrialOrigin | null;
  /** The study's revision in which this trial was last changed; heartbeats and observations do not count. */
  readonly revision: number;
  readonly result: TrialResult | null;
  readonly reason: TrialReason | null;
}

export interface AttemptRecord {
  readonly trialId: TrialId;
  readonly attempt: number;
  readonly worker: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** How the attempt ended: the trial's new state, or `waiting` with a reason when it was handed back or lost. */
  readonly outcome: TrialState | null;
  readonly reason: TrialReason | null;
}

/** One reported value. Non-finite values are kept. */
export interface Observation {
  /** `split/name`, for example `train/loss`. */
  readonly metric: string;
  /** Counts from 1; an epoch for built-in training. */
  readonly step: number;
  readonly time: number;
  readonly value: number;
}

/** An observation as it is remembered. */
export interface ObservationRecord extends Observation {
  /** The attempt that reported it. */
  readonly attempt: number;
}

/** Summary of one metric of one trial, kept so that lists and sorts never scan observations. */
export interface SeriesRecord {
  readonly trialId: TrialId;
  readonly metric: string;
  readonly count: number;
  readonly last: number;
  readonly lastStep: number;
  /** Over finite values; null when there is none. */
  readonly minimum: number | null;
  readonly minimumStep: number | null;
  readonly maximum: number | null;
  readonly maximumStep: number | null;
}
