/**
 * What is remembered of a study. Records are plain data; times are milliseconds since the Unix epoch; every 64-bit
 * seed is decimal text.
 */
import type { Json, Seed } from "../../base/index.ts";
import type { Configuration, SearchSpace } from "../space/index.ts";

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

/** What a study is; immutable once created. */
export interface StudyDefinition {
  readonly name: string;
  readonly description: string;
  readonly space: SearchSpace;
  readonly sampler: SamplerChoice;
  readonly objective: Objective;
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
}

export type TrialState = "waiting" | "running" | "paused" | "completed" | "stopped" | "failed";

export type FailureKind = "diverged" | "out-of-memory" | "timeout" | "lost" | "error";

/** Why a trial stands where it stands: `kind` for programs, `message` for people. */
export interface TrialReason {
  readonly kind: FailureKind | "scheduler" | "stopped-early";
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
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Running time of all attempts together. */
  readonly durationMs: number;
  /** Null until completed, and when the metric never came or is not finite. */
  readonly objectiveValue: number | null;
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
