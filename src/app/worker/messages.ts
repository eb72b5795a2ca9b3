/**
 * What a worker process and its parent tell each other. All of it is for show and for starting and stopping: the truth
 * of a trial is in the store.
 */
import type { ErrorCode } from "../../base/index.ts";
import type { BackendName } from "../../learning/runtime/index.ts";
import type { Configuration } from "../../search/space/index.ts";
import type { StudyDefinition } from "../../search/trial/index.ts";
import type { AttemptOutcome } from "./attempt-outcome.ts";
import type { ProgramTrace } from "./command/processes/program-trace.ts";
import type { AllowedCode } from "./permission.ts";

/** What the process gets ready for. */
export interface WorkerSettings {
  readonly dataDir: string | null;
  readonly backend: BackendName | null;
  /** Its code and data are read at once, so that a study that cannot run ends the run before anything is written. */
  readonly first: StudyDefinition | null;
  readonly allowed: AllowedCode;
}

/** What the process then does. */
export interface Assignment {
  readonly store: string;
  /** A folder for all files, in place of where the store usually has them. */
  readonly files: string | null;
  readonly labels: readonly string[];
  /** Names; null: every study of the store, the oldest first. */
  readonly studies: readonly string[] | null;
  /** finished: ends when none of its studies has trials left; drained: waits for more until it is told to end. */
  readonly until: "finished" | "drained";
  /** No more trials than this. */
  readonly mostTrials: number | null;
}

/** Never arguments of the process: every user of the machine can read those, and a store's URL may hold a password. */
export type ParentMessage =
  | { readonly kind: "prepare"; readonly settings: WorkerSettings }
  | { readonly kind: "begin"; readonly assignment: Assignment }
  /** Finish the trial, take no other and end. */
  | { readonly kind: "drain" }
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
  /** The process cannot serve this study, which is left to others. */
  | ({ readonly kind: "study-left" } & ErrorReport)
  /** It was asked, by way of the store, to take no other trial. */
  | { readonly kind: "draining" }
  /** The process cannot go on and says why before it ends. */
  | ({ readonly kind: "fatal" } & ErrorReport);

/** A message with the study that it is about. */
export type StudyMessage = WorkerMessage & { readonly study?: string };

export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
}
