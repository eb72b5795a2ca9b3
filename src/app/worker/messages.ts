/**
 * What a worker process and its parent tell each other. All of it is for show and for starting and stopping: the truth
 * of a trial is in the store.
 */
import type { BackendName } from "../../learning/runtime/index.ts";
import type { DataDocument } from "../../learning/data/index.ts";
import type { ErrorCode } from "../../base/index.ts";
import type { Configuration } from "../../search/space/index.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import type { ProgramTrace } from "./command/processes/program-trace.ts";

/** Given to the process when it starts. */
export interface WorkerSettings {
  readonly dataDir: string | null;
  readonly backend: BackendName | null;
  /** Read before the first trial, so that bad data ends the run before anything is written. */
  readonly preload: DataDocument | null;
  /** Path of the study file that has the study's callbacks; null when it has none. */
  readonly callbacks: string | null;
  /** Path of the study file that has the study's own data sources; null when it has none. */
  readonly sources: string | null;
}

export type ParentMessage =
  | { readonly kind: "begin"; readonly store: string; readonly study: string; readonly worker: string }
  /** A trial may have come free. */
  | { readonly kind: "wake" }
  /** Save a checkpoint, give the trial back and end. */
  | { readonly kind: "hand-back" };

export type WorkerMessage =
  | { readonly kind: "ready"; readonly backend: string; readonly instructionSet: string }
  | {
      readonly kind: "trial-started";
      readonly number: number;
      readonly attempt: number;
      readonly parameters: Configuration;
      /** More than 0 when it goes on from a checkpoint. */
      readonly epoch: number;
      readonly epochs: number;
    }
  | {
      readonly kind: "trial-progress";
      readonly number: number;
      readonly epoch: number;
      readonly epochs: number;
      /** The objective's metric; null when it is not finite or not reported. */
      readonly value: number | null;
    }
  | {
      /** The scheduler put it aside; comes before its `trial-ended`. */
      readonly kind: "trial-paused";
      readonly number: number;
      readonly parameters: Configuration;
      /** The ruling in words. */
      readonly message: string;
    }
  | { readonly kind: "trial-ended"; readonly number: number; readonly outcome: AttemptOutcome }
  /** What finds the processes of the program that the worker runs, should it die; null when they have ended. */
  | { readonly kind: "program"; readonly trace: ProgramTrace | null }
  | { readonly kind: "warning"; readonly message: string }
  /** The process cannot go on and says why before it ends. */
  | {
      readonly kind: "fatal";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | null;
    };
