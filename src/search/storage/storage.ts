import type { Seed, Json } from "../../base/index.ts";
import type { Configuration } from "../space/index.ts";
import type {
  AttemptRecord,
  EventRecord,
  LeaseRecord,
  Observation,
  ObservationRecord,
  SeriesRecord,
  StudyDefinition,
  StudyEnd,
  StudyId,
  StudyRecord,
  StudyVersion,
  TestOpening,
  TestOpeningRecord,
  TrialId,
  TrialOrigin,
  TrialReason,
  TrialRecord,
  TrialResult,
  TrialState,
} from "../trial/index.ts";
import type { StudyFiles } from "./study-files.ts";
import type { WorkerRegistry } from "./worker-registry.ts";

/** The right to write to a trial: valid while `attempt` is the trial's current attempt and the trial is running. */
export interface Lease {
  readonly trialId: TrialId;
  readonly attempt: number;
}

export interface ClaimOptions {
  /** Names the worker for people and for `releaseWorker`. */
  readonly worker: string;
  readonly now: number;
  /** The lease ends at `now + leaseMs` unless renewed. */
  readonly leaseMs: number;
  /** What the worker has; a trial that asks for more is not for it. Defaults to nothing. */
  readonly labels?: readonly string[];
}

export interface NewTrial {
  readonly number: number;
  readonly origin: TrialOrigin;
  readonly parameters: Configuration;
  readonly seed: Seed;
  readonly document: Json;
  /** What a worker must have to run it. Defaults to nothing. */
  readonly labels?: readonly string[];
}

/** What was measured of a trial; values beside the main objective's may be left out when the study has none. */
export interface Measurement {
  readonly objectiveValue: number | null;
  readonly otherValues?: readonly (number | null)[];
  readonly violations?: readonly (number | null)[];
}

/** How an attempt ends. */
export type TrialOutcome = Ending & {
  /** Takes the place of what the trial was created with, when only running it showed which parameters it has. */
  readonly found?: Pick<NewTrial, "parameters" | "document">;
};

type Ending =
  | (Measurement & {
      readonly state: "completed";
      /** Null for a trial that was measured elsewhere and told. */
      readonly result: TrialResult | null;
      /** Why it was completed before all its epochs were done. */
      readonly reason?: TrialReason;
    })
  | (Measurement & {
      readonly state: "stopped";
      readonly result: TrialResult | null;
      readonly reason: TrialReason;
    })
  /** A scheduler may let it go on, from its checkpoint. */
  | (Measurement & {
      readonly state: "paused";
      /** As far as it came: what stands when it never goes on. */
      readonly result: TrialResult | null;
      readonly reason: TrialReason;
    })
  | { readonly state: "failed"; readonly reason: TrialReason; readonly result: TrialResult | null }
  /** Handed back unfinished: another attempt will go on, from a checkpoint when there is one. */
  | { readonly state: "waiting"; readonly reason: TrialReason | null };

/**
 * Remembers studies, trials and observations.
 *
 * **Atomicity.** Every method is one transaction: after a crash all of it is there or none.
 * **Durability.** When a promise resolves, the write survives a crash of the process; also of the machine, except for claims and
 * heartbeats, which are lost at most together with everything after them: what they hand out can be handed out again.
 * **Fencing.** Every write under a lease names the attempt; when the trial is not running under that attempt the method
 * rejects with LEASE_LOST and changes nothing, but for the log: it keeps that observations or an ending were refused.
 * **Uniqueness.** Numbers are 0, 1, 2 ... without gaps; `createTrial` of a number that is not the next one returns null
 * and changes nothing, so that two workers that propose at once cannot overshoot a budget.
 * **Budget.** A study never has more trials than its definition allows, whoever creates them and revises it at once; one that has
 * ended gets none but those that a person asks for.
 * **Ownership.** A finished trial (completed, stopped, failed) never changes again.
 * **Ordering.** `claimWaiting` hands out the lowest waiting number that the worker has the labels for; lists come in the order of
 * their numbers.
 * **Idempotence.** An observation of the same (trial, metric, step) replaces the earlier one; the summary follows.
 * **Succession.** What an attempt reports of a metric at a step also removes what earlier attempts reported of that metric
 * at later steps: a trial that starts again does not end with a mixture of two curves.
 * **Openings.** What is recorded of an opening of the test split never changes and never goes away; openings have the
 * ordinals 1, 2, 3 ... of their study in the order in which they were recorded, whichever process recorded them.
 * **Log.** Every change of a study or trial appends one event in the same transaction; events never change. The trials as
 * they are follow from their events (`replayTrials`).
 * **Revisions.** A trial's revision is the sequence of its last event; heartbeats and observations have none. Of any two
 * changes in a study the later one has the greater sequence, and whoever sees it sees every smaller one.
 * **Versions.** A definition is replaced, and a study ended, only by whoever knows its current version; every version is kept.
 * **Fidelity.** NaN and the infinities come back as they are, negative zero as zero, JSON as JSON.
 * **Lease end.** A lease is taken away only by whoever names it as it stands: a renewal in the meantime keeps it. Until then its holder
 * may write.
 * **Time.** Storage never reads a clock; every `now` is the caller's. No decision compares times of two callers.
 * **Files.** A file is there whole or not at all, and with the last bytes that were written under its name.
 * **Wake-up.** `waitForChange` resolves soon after another change of a study or trial than those that the mark knows of,
 * whichever process made it; it may resolve without one.
 *
 * Each law is checked by the test of its name in `src/testing/storage-contract.ts`.
 */
export interface Storage extends StudyFiles, WorkerRegistry {
  /** @throws STUDY_EXISTS */
  createStudy(definition: StudyDefinition, now: number): Promise<StudyRecord>;
  /** @throws STUDY_NOT_FOUND, with the nearest name. */
  getStudy(name: string): Promise<StudyRecord>;
  listStudies(): Promise<StudyRecord[]>;
  setStopRequested(studyId: StudyId, stopRequested: boolean, now: number): Promise<void>;
  /**
   * No trial is created any more but what a person asks for, until the study is revised.
   *
   * @returns false when it has ended already or `version` is not the current one: others want it to go on
   */
  endStudy(
    studyId: StudyId,
    ending: { readonly end: StudyEnd; readonly version: number; readonly now: number },
  ): Promise<boolean>;
  /**
   * Replaces the definition, which keeps its name; a study that had ended goes on. Null when `version` is not the current one,
   * or the study has more trials than the definition allows.
   */
  reviseStudy(
    studyId: StudyId,
    revision: {
      readonly definition: StudyDefinition;
      readonly version: number;
      readonly note: string;
      readonly now: number;
    },
  ): Promise<StudyRecord | null>;
  /** Every version that the definition had, the current one last. */
  listVersions(studyId: StudyId): Promise<StudyVersion[]>;

  /** Creates trial `number`, which waits for whoever claims it; null when the study does not take it (uniqueness, budget). */
  enqueueTrial(studyId: StudyId, trial: NewTrial, now: number): Promise<TrialRecord | null>;
  /** Creates trial `number`, already claimed; null when the study does not take it (uniqueness, budget). */
  createTrial(studyId: StudyId, trial: NewTrial, claim: ClaimOptions): Promise<TrialRecord | null>;
  /** Claims the lowest waiting trial that the labels allow; null when none waits. */
  claimWaiting(studyId: StudyId, claim: ClaimOptions): Promise<TrialRecord | null>;
  /** Claims a paused trial; null when it is not paused. */
  claimPaused(studyId: StudyId, number: number, claim: ClaimOptions): Promise<TrialRecord | null>;
  /** Ends a paused trial for good, with what was measured of it; null when it is not paused. */
  stopPaused(
    studyId: StudyId,
    number: number,
    options: { readonly reason: TrialReason; readonly now: number },
  ): Promise<TrialRecord | null>;
  /** The lease ends its own length after `now`. @throws LEASE_LOST */
  renewLease(lease: Lease, now: number): Promise<void>;
  /** Appends observations and renews the lease in one transaction. @throws LEASE_LOST */
  appendObservations(lease: Lease, observations: readonly Observation[], now: number): Promise<void>;
  /** Ends the attempt. Observations that came last are part of the same transaction. @throws LEASE_LOST */
  finishAttempt(
    lease: Lease,
    outcome: TrialOutcome,
    options: { now: number; observations?: readonly Observation[] },
  ): Promise<void>;
  /** The leases of running trials, ordered by trial number; fit to be asked for each second. */
  listLeases(studyId: StudyId): Promise<LeaseRecord[]>;
  /**
   * Puts a running trial back to waiting, reason `lost`; null when its lease is not that one any more. Time after the
   * end of the lease does not count as running time.
   */
  loseLease(
    lease: Pick<LeaseRecord, "trialId" | "attempt" | "leaseExpiresAt">,
    now: number,
  ): Promise<TrialRecord | null>;
  /** Puts the running trials of a worker known to be dead back to waiting at once, reason `lost`; returns them. */
  releaseWorker(studyId: StudyId, worker: string, now: number): Promise<TrialRecord[]>;

  /** The number of trials, which is also the next trial's number. */
  countTrials(studyId: StudyId): Promise<number>;
  /** Trials in each state, every state present; one index scan, fit for a board that asks each second. */
  countByState(studyId: StudyId): Promise<Readonly<Record<TrialState, number>>>;
  /** @throws TRIAL_NOT_FOUND */
  getTrial(studyId: StudyId, number: number): Promise<TrialRecord>;
  listTrials(studyId: StudyId): Promise<TrialRecord[]>;
  /** Trials that were changed after that revision, ordered by number. */
  listTrialsSince(studyId: StudyId, revision: number): Promise<TrialRecord[]>;
  listAttempts(trialId: TrialId): Promise<AttemptRecord[]>;
  /** Ordered by metric, then step. */
  listObservations(trialId: TrialId, metric?: string): Promise<ObservationRecord[]>;
  /** Ordered by trial number, then metric. */
  listSeries(studyId: StudyId): Promise<SeriesRecord[]>;

  /**
   * Appends the fact that the study's test split was opened, with the next ordinal.
   *
   * @throws TRIAL_NOT_FOUND; INVALID_USAGE
   */
  recordTestOpening(studyId: StudyId, opening: TestOpening): Promise<TestOpeningRecord>;
  /** Ordered by ordinal. */
  listTestOpenings(studyId: StudyId): Promise<TestOpeningRecord[]>;

  /** Events after that sequence, in order. @param limit defaults to all */
  listEvents(
    studyId: StudyId,
    options?: { readonly after?: number; readonly limit?: number },
  ): Promise<EventRecord[]>;
  /** What `waitForChange` measures from: everything that was changed before the call is known to it. */
  changeMark(): Promise<number>;
  /** Resolves after a change since the mark, after the time, or when the signal is aborted; never rejects. */
  waitForChange(
    mark: number,
    options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<void>;
  close(): Promise<void>;
}
