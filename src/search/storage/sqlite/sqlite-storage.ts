import { join } from "node:path";

import type { Database } from "better-sqlite3";

import {
  trialStates,
  type AttemptRecord,
  type Observation,
  type ObservationRecord,
  type SeriesRecord,
  type StudyDefinition,
  type StudyEnd,
  type StudyId,
  type StudyRecord,
  type StudyVersion,
  type TestOpening,
  type TestOpeningRecord,
  type TrialId,
  type TrialReason,
  type TrialRecord,
  type TrialState,
} from "../../trial/index.ts";
import { checkObservations } from "../check-observations.ts";
import { checkTestOpening } from "../check-test-opening.ts";
import { leaseLost, studyExists, studyNotFound, trialNotFound } from "../storage-errors.ts";
import type { ClaimOptions, Lease, NewTrial, Storage, TrialOutcome } from "../storage.ts";
import {
  beginAttempt,
  endAttempt,
  endPaused,
  loseAttempt,
  newTrialRecord,
  type TrialAndAttempt,
} from "../trial-changes.ts";
import { openConnection, storeFileName, type ConnectionOptions } from "./connection.ts";
import { ObservationWriter } from "./observation-writer.ts";
import {
  toAttemptRecord,
  toAttemptRow,
  toObservationRecord,
  toSeriesRecord,
  toStudyRecord,
  toStudyVersion,
  toTestOpeningRecord,
  toTestOpeningRow,
  toTrialRecord,
  toTrialRow,
  type TrialRow,
} from "./rows.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { translateStoreError } from "./store-unusable.ts";

/**
 * Keeps everything in one SQLite file in a folder, for any number of processes of one machine.
 *
 * A method is synchronous inside: it runs from `BEGIN IMMEDIATE` to `COMMIT` without giving the event loop back, so one
 * connection needs no queue of its own, and a transaction is never left open while something else is awaited. What
 * looks for work reads first and takes the write lock only when there is some, so idle workers disturb nobody.
 */
export class SqliteStorage implements Storage {
  readonly #database: Database;
  readonly #file: string;
  readonly #statements: Statements;
  readonly #observations: ObservationWriter;
  /** As the connection was opened. */
  #synchronous: "FULL" | "NORMAL" = "FULL";

  private constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
    this.#statements = prepareStatements(database);
    this.#observations = new ObservationWriter(this.#statements);
  }

  /** @throws STORE_UNUSABLE, STORE_TOO_NEW */
  static async open(folder: string, options: ConnectionOptions = {}): Promise<SqliteStorage> {
    return new SqliteStorage(openConnection(folder, options), join(folder, storeFileName));
  }

  async createStudy(definition: StudyDefinition, now: number): Promise<StudyRecord> {
    return this.#write(() => {
      const row = this.#statements.insertStudy.get(definition.name, JSON.stringify(definition), now);
      if (row === undefined) throw studyExists(definition.name);
      return toStudyRecord(row);
    });
  }

  async getStudy(name: string): Promise<StudyRecord> {
    return this.#read(() => {
      const row = this.#statements.studyByName.get(name);
      if (row === undefined) throw studyNotFound(name, this.#statements.studyNames.all());
      return toStudyRecord(row);
    });
  }

  async listStudies(): Promise<StudyRecord[]> {
    return this.#read(() => this.#statements.studies.all().map(toStudyRecord));
  }

  async setStopRequested(studyId: StudyId, stopRequested: boolean): Promise<void> {
    this.#write(() => this.#statements.setStopRequested.run(stopRequested ? 1 : 0, studyId));
  }

  async endStudy(studyId: StudyId, end: StudyEnd | null): Promise<void> {
    this.#write(() => this.#statements.setEnded.run(end === null ? null : JSON.stringify(end), studyId));
  }

  async reviseStudy(
    studyId: StudyId,
    revision: { definition: StudyDefinition; version: number; note: string; now: number },
  ): Promise<StudyRecord | null> {
    const { definition, version, note, now } = revision;
    return this.#write(() => {
      const before = this.#statements.studyById.get(studyId);
      const text = JSON.stringify(definition);
      const row = this.#statements.reviseStudy.get(text, studyId, version);
      if (before === undefined || row === undefined) return null;
      // The first version is kept only now that there is a second.
      if (version === 1)
        this.#statements.insertVersion.run(studyId, 1, before.definition, before.created_at, "");
      this.#statements.insertVersion.run(studyId, row.version, text, now, note);
      return toStudyRecord(row);
    });
  }

  async listVersions(studyId: StudyId): Promise<StudyVersion[]> {
    return this.#read(() => {
      const versions = this.#statements.versions.all(studyId).map(toStudyVersion);
      if (versions.length > 0) return versions;
      const { version, definition, createdAt } = toStudyRecord(this.#statements.studyById.get(studyId)!);
      return [{ version, definition, createdAt, note: "" }];
    });
  }

  async enqueueTrial(studyId: StudyId, trial: NewTrial, now: number): Promise<TrialRecord | null> {
    return this.#write(() => this.#insert(studyId, trial, now));
  }

  async createTrial(studyId: StudyId, trial: NewTrial, claim: ClaimOptions): Promise<TrialRecord | null> {
    return this.#claim(() => {
      const created = this.#insert(studyId, trial, claim.now);
      return created === null ? null : this.#begin(created, claim);
    });
  }

  async claimPaused(studyId: StudyId, number: number, claim: ClaimOptions): Promise<TrialRecord | null> {
    return this.#claim(() => {
      const row = this.#statements.pausedTrial.get(studyId, number);
      return row === undefined ? null : this.#begin(toTrialRecord(row), claim);
    });
  }

  async stopPaused(
    studyId: StudyId,
    number: number,
    options: { reason: TrialReason; now: number },
  ): Promise<TrialRecord | null> {
    return this.#write(() => {
      const row = this.#statements.pausedTrial.get(studyId, number);
      return row === undefined ? null : this.#update(endPaused(toTrialRecord(row), options));
    });
  }

  async claimWaiting(studyId: StudyId, claim: ClaimOptions): Promise<TrialRecord | null> {
    const isWorth = this.#read(() => this.#statements.lowestWaiting.get(studyId) !== undefined);
    if (!isWorth) return null;
    return this.#claim(() => {
      const row = this.#statements.lowestWaiting.get(studyId);
      return row === undefined ? null : this.#begin(toTrialRecord(row), claim);
    });
  }

  async renewLease(lease: Lease, leaseExpiresAt: number): Promise<void> {
    this.#claim(() => this.#renew(lease, leaseExpiresAt));
  }

  async appendObservations(
    lease: Lease,
    observations: readonly Observation[],
    leaseExpiresAt: number,
  ): Promise<void> {
    checkObservations(observations);
    this.#write(() => {
      const studyId = this.#renew(lease, leaseExpiresAt);
      this.#observations.write({ ...lease, studyId }, observations);
    });
  }

  async finishAttempt(
    lease: Lease,
    outcome: TrialOutcome,
    options: { now: number; observations?: readonly Observation[] },
  ): Promise<void> {
    const { now, observations = [] } = options;
    checkObservations(observations);
    this.#write(() => {
      const row = this.#statements.heldTrial.get(lease.trialId, lease.attempt);
      if (row === undefined) throw leaseLost(lease);
      const trial = toTrialRecord(row);
      this.#observations.write({ ...lease, studyId: trial.studyId }, observations);
      this.#end(trial, (held) => endAttempt(held, outcome, now));
    });
  }

  async reapExpired(studyId: StudyId, now: number): Promise<TrialRecord[]> {
    return this.#lose(() => this.#statements.expiredTrials.all(studyId, now), now);
  }

  async releaseWorker(studyId: StudyId, worker: string, now: number): Promise<TrialRecord[]> {
    return this.#lose(() => this.#statements.trialsOfWorker.all(studyId, worker), now);
  }

  async countTrials(studyId: StudyId): Promise<number> {
    return this.#read(() => this.#statements.trialCount.get(studyId)!);
  }

  async countByState(studyId: StudyId): Promise<Readonly<Record<TrialState, number>>> {
    const rows = this.#read(() => this.#statements.countByState.all(studyId));
    const counts = new Map(rows.map(({ state, count }) => [state, count]));
    return Object.fromEntries(trialStates.map((state) => [state, counts.get(state) ?? 0])) as Record<
      TrialState,
      number
    >;
  }

  async getTrial(studyId: StudyId, number: number): Promise<TrialRecord> {
    return this.#read(() => {
      const row = this.#statements.trialByNumber.get(studyId, number);
      if (row === undefined) throw trialNotFound(number, this.#statements.trialCount.get(studyId)!);
      return toTrialRecord(row);
    });
  }

  async listTrials(studyId: StudyId): Promise<TrialRecord[]> {
    return this.#read(() => this.#statements.trials.all(studyId).map(toTrialRecord));
  }

  async listTrialsSince(studyId: StudyId, revision: number): Promise<TrialRecord[]> {
    return this.#read(() => this.#statements.trialsSince.all(studyId, revision).map(toTrialRecord));
  }

  async listAttempts(trialId: TrialId): Promise<AttemptRecord[]> {
    return this.#read(() => this.#statements.attempts.all(trialId).map(toAttemptRecord));
  }

  async listObservations(trialId: TrialId, metric?: string): Promise<ObservationRecord[]> {
    const { observations, observationsOfMetric } = this.#statements;
    return this.#read(() =>
      (metric === undefined ? observations.all(trialId) : observationsOfMetric.all(trialId, metric)).map(
        toObservationRecord,
      ),
    );
  }

  async listSeries(studyId: StudyId): Promise<SeriesRecord[]> {
    return this.#read(() => this.#statements.seriesOfStudy.all(studyId).map(toSeriesRecord));
  }

  async recordTestOpening(studyId: StudyId, opening: TestOpening): Promise<TestOpeningRecord> {
    checkTestOpening(opening);
    return this.#write(() => {
      const trial = this.#statements.trialByNumber.get(studyId, opening.trialNumber);
      if (trial === undefined) {
        throw trialNotFound(opening.trialNumber, this.#statements.trialCount.get(studyId)!);
      }
      const ordinal = this.#statements.openingCount.get(studyId)! + 1;
      const row = toTestOpeningRow({ ...opening, ordinal }, { study_id: studyId, trial_id: trial.id });
      this.#statements.insertOpening.run(row);
      return toTestOpeningRecord({ ...row, trial_number: opening.trialNumber });
    });
  }

  async listTestOpenings(studyId: StudyId): Promise<TestOpeningRecord[]> {
    return this.#read(() => this.#statements.openings.all(studyId).map(toTestOpeningRecord));
  }

  async close(): Promise<void> {
    this.#database.close();
  }

  #insert(studyId: StudyId, trial: NewTrial, now: number): TrialRecord | null {
    if (trial.number !== this.#statements.trialCount.get(studyId)) return null;
    const fresh = newTrialRecord({ id: 0 as TrialId, studyId }, trial, now);
    const created = { ...fresh, revision: this.#nextRevision(studyId) };
    const { lastInsertRowid } = this.#statements.insertTrial.run(toTrialRow(created));
    return { ...created, id: Number(lastInsertRowid) as TrialId };
  }

  #update(trial: TrialRecord): TrialRecord {
    const updated = { ...trial, revision: this.#nextRevision(trial.studyId) };
    this.#statements.updateTrial.run(toTrialRow(updated));
    return updated;
  }

  #nextRevision(studyId: StudyId): number {
    return this.#statements.lastRevision.get(studyId)! + 1;
  }

  #begin(trial: TrialRecord, claim: ClaimOptions): TrialRecord {
    const begun = beginAttempt(trial, claim);
    this.#statements.insertAttempt.run(toAttemptRow(begun.attempt));
    return this.#update(begun.trial);
  }

  #end(trial: TrialRecord, change: (held: TrialAndAttempt) => TrialAndAttempt): TrialRecord {
    const attempt = toAttemptRecord(this.#statements.attempt.get(trial.id, trial.attempt)!);
    const ended = change({ trial, attempt });
    this.#statements.updateAttempt.run(toAttemptRow(ended.attempt));
    return this.#update(ended.trial);
  }

  #lose(select: () => TrialRow[], now: number): TrialRecord[] {
    if (this.#read(select).length === 0) return [];
    return this.#write(() =>
      select().map((row) => this.#end(toTrialRecord(row), (held) => loseAttempt(held, now))),
    );
  }

  #renew(lease: Lease, leaseExpiresAt: number): StudyId {
    const studyId = this.#statements.renewLease.get(leaseExpiresAt, lease.trialId, lease.attempt);
    if (studyId === undefined) throw leaseLost(lease);
    return studyId as StudyId;
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translateStoreError(error, this.#file);
    }
  }

  /** A claim can be made again: it is synced with the next result, and need not wait for the disk itself. */
  #claim<T>(work: () => T): T {
    return this.#write(work, "NORMAL");
  }

  #write<T>(work: () => T, synchronous: "FULL" | "NORMAL" = "FULL"): T {
    try {
      if (synchronous !== this.#synchronous) {
        this.#database.pragma(`synchronous = ${synchronous}`);
        this.#synchronous = synchronous;
      }
      return this.#database.transaction(work).immediate();
    } catch (error) {
      this.#observations.forget();
      throw translateStoreError(error, this.#file);
    }
  }
}
