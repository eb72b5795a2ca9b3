import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Database } from "better-sqlite3";

import {
  trialEvent,
  trialStates,
  type AttemptRecord,
  type EventRecord,
  type LeaseRecord,
  type Observation,
  type ObservationRecord,
  type RegisteredWorker,
  type SeriesRecord,
  type StudyDefinition,
  type StudyEnd,
  type StudyEvent,
  type StudyId,
  type StudyRecord,
  type StudyVersion,
  type TestOpening,
  type TestOpeningRecord,
  type TrialId,
  type TrialReason,
  type TrialRecord,
  type TrialState,
  type WorkerRecord,
} from "../../trial/index.ts";
import { checkObservations } from "../check-observations.ts";
import { checkTestOpening } from "../check-test-opening.ts";
import { checkStudyFile, type StudyFileName, type StudyFileRecord } from "../study-files.ts";
import { leaseLost, studyExists, studyNotFound, trialNotFound } from "../storage-errors.ts";
import type { ClaimOptions, Lease, NewTrial, Storage, TrialOutcome } from "../storage.ts";
import {
  beginAttempt,
  canRun,
  endAttempt,
  endPaused,
  loseAttempt,
  newTrialRecord,
  refusedWrite,
  takesTrial,
  type TrialAndAttempt,
} from "../trial-changes.ts";
import { busyTimeoutMs, openConnection, storeFileName, type ConnectionOptions } from "./connection.ts";
import { ObservationWriter } from "./observation-writer.ts";
import {
  toAttemptRecord,
  toAttemptRow,
  toEventRecord,
  toLeaseRecord,
  toObservationRecord,
  toRegisteredWorker,
  toSeriesRecord,
  toStudyRecord,
  toStudyVersion,
  toTestOpeningRecord,
  toTestOpeningRow,
  toTrialRecord,
  toTrialRow,
} from "../sql/rows.ts";
import { checkVersion, latestSchemaVersion, schemaVersion } from "./schema.ts";
import { prepareStatements, type Statements } from "./statements.ts";
import { translateSchemaError, translateStoreError } from "./store-unusable.ts";
import { Writer } from "./writer.ts";

/** SQLite tells nobody of a change; to look takes some ten microseconds. */
const changePollMs = 20;

/**
 * Keeps everything in one SQLite file in a folder, for any number of processes of one machine.
 *
 * A transaction is synchronous inside: it runs from `BEGIN IMMEDIATE` to `COMMIT` without giving the event loop back, so one
 * connection needs no queue of its own, and none is left open while something else is awaited. What looks for work reads first and
 * takes the write lock only when there is some, so idle workers disturb nobody.
 */
export class SqliteStorage implements Storage {
  readonly #database: Database;
  readonly #file: string;
  readonly #statements: Statements;
  readonly #observations: ObservationWriter;
  readonly #writer: Writer;

  private constructor(database: Database, file: string) {
    this.#database = database;
    this.#file = file;
    this.#statements = prepareStatements(database);
    this.#observations = new ObservationWriter(this.#statements);
    this.#writer = new Writer(database, { file, busyTimeoutMs });
  }

  /** @throws STORE_UNUSABLE, STORE_TOO_NEW */
  static async open(folder: string, options: ConnectionOptions = {}): Promise<SqliteStorage> {
    const file = join(folder, storeFileName);
    const database = openConnection(folder, options);
    try {
      return new SqliteStorage(database, file);
    } catch (error) {
      database.close();
      throw translateStoreError(translateSchemaError(error, { file, version: latestSchemaVersion }), file);
    }
  }

  async createStudy(definition: StudyDefinition, now: number): Promise<StudyRecord> {
    return this.#write(() => {
      const row = this.#statements.insertStudy.get(definition.name, JSON.stringify(definition), now);
      if (row === undefined) throw studyExists(definition.name);
      const study = toStudyRecord(row);
      this.#log(study.id, { kind: "study-created", version: 1, definition, note: "" }, now);
      return study;
    });
  }

  async getStudy(name: string): Promise<StudyRecord> {
    return this.#read(() => {
      checkVersion(schemaVersion(this.#database), this.#file);
      const row = this.#statements.studyByName.get(name);
      if (row === undefined) throw studyNotFound(name, this.#statements.studyNames.all());
      return toStudyRecord(row);
    });
  }

  async listStudies(): Promise<StudyRecord[]> {
    return this.#read(() => this.#statements.studies.all().map(toStudyRecord));
  }

  async setStopRequested(studyId: StudyId, stopRequested: boolean, now: number): Promise<void> {
    await this.#write(() => {
      const flag = stopRequested ? 1 : 0;
      if (this.#statements.setStopRequested.get(flag, studyId, flag) === undefined) return;
      this.#log(studyId, { kind: stopRequested ? "stop-requested" : "stop-cleared" }, now);
    });
  }

  async endStudy(
    studyId: StudyId,
    { end, version, now }: { end: StudyEnd; version: number; now: number },
  ): Promise<boolean> {
    return this.#write(() => {
      if (this.#statements.endStudy.get(JSON.stringify(end), studyId, version) === undefined) return false;
      this.#log(studyId, { kind: "study-ended", end }, now);
      return true;
    });
  }

  async reviseStudy(
    studyId: StudyId,
    revision: { definition: StudyDefinition; version: number; note: string; now: number },
  ): Promise<StudyRecord | null> {
    const { definition, version, note, now } = revision;
    return this.#write(() => {
      const before = this.#statements.studyById.get(studyId);
      if (this.#statements.trialCount.get(studyId)! > definition.maxTrials) return null;
      const text = JSON.stringify(definition);
      const row = this.#statements.reviseStudy.get(text, studyId, version);
      if (before === undefined || row === undefined) return null;
      // The first version is kept only now that there is a second.
      if (version === 1)
        this.#statements.insertVersion.run(studyId, 1, before.definition, before.created_at, "");
      this.#statements.insertVersion.run(studyId, row.version, text, now, note);
      this.#log(studyId, { kind: "study-revised", version: row.version, definition, note }, now);
      if (before.ended !== null) this.#log(studyId, { kind: "study-reopened" }, now);
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
      if (row === undefined) return null;
      const trial = toTrialRecord(row);
      return canRun(trial, claim) ? this.#begin(trial, claim) : null;
    });
  }

  async stopPaused(
    studyId: StudyId,
    number: number,
    options: { reason: TrialReason; now: number },
  ): Promise<TrialRecord | null> {
    return this.#write(() => {
      const row = this.#statements.pausedTrial.get(studyId, number);
      if (row === undefined) return null;
      const trial = toTrialRecord(row);
      return this.#update(trial, endPaused(trial, options), options.now);
    });
  }

  async claimWaiting(studyId: StudyId, claim: ClaimOptions): Promise<TrialRecord | null> {
    const lowest = () => this.#statements.lowestWaiting.get(studyId, JSON.stringify(claim.labels ?? []));
    if (this.#read(lowest) === undefined) return null;
    return this.#claim(() => {
      const row = lowest();
      return row === undefined ? null : this.#begin(toTrialRecord(row), claim);
    });
  }

  async renewLease(lease: Lease, now: number): Promise<void> {
    const study = await this.#claim(() => this.#statements.renewLease.get(now, lease.trialId, lease.attempt));
    if (study === undefined) throw leaseLost(lease);
  }

  async appendObservations(lease: Lease, observations: readonly Observation[], now: number): Promise<void> {
    checkObservations(observations);
    const isTaken = await this.#write(() => {
      const studyId = this.#statements.renewLease.get(now, lease.trialId, lease.attempt) as
        StudyId | undefined;
      if (studyId === undefined) return this.#refuse(lease, { kind: "observations", observations, now });
      this.#observations.write({ ...lease, studyId }, observations);
      return true;
    });
    if (!isTaken) throw leaseLost(lease);
  }

  async finishAttempt(
    lease: Lease,
    outcome: TrialOutcome,
    options: { now: number; observations?: readonly Observation[] },
  ): Promise<void> {
    const { now, observations = [] } = options;
    checkObservations(observations);
    const isTaken = await this.#write(() => {
      const row = this.#statements.heldTrial.get(lease.trialId, lease.attempt);
      if (row === undefined) return this.#refuse(lease, { kind: "ending", observations, now });
      const trial = toTrialRecord(row);
      this.#observations.write({ ...lease, studyId: trial.studyId }, observations);
      this.#end(trial, (held) => endAttempt(held, outcome, now), now);
      return true;
    });
    if (!isTaken) throw leaseLost(lease);
  }

  async listLeases(studyId: StudyId): Promise<LeaseRecord[]> {
    return this.#read(() => this.#statements.leases.all(studyId).map(toLeaseRecord));
  }

  async loseLease(
    { trialId, attempt, leaseExpiresAt }: Pick<LeaseRecord, "trialId" | "attempt" | "leaseExpiresAt">,
    now: number,
  ): Promise<TrialRecord | null> {
    return this.#write(() => {
      const row = this.#statements.leasedTrial.get(trialId, attempt, leaseExpiresAt);
      return row === undefined ? null : this.#lose(toTrialRecord(row), now);
    });
  }

  async releaseWorker(studyId: StudyId, worker: string, now: number): Promise<TrialRecord[]> {
    const held = () => this.#statements.trialsOfWorker.all(studyId, worker);
    if (this.#read(held).length === 0) return [];
    return this.#write(() => held().map((row) => this.#lose(toTrialRecord(row), now)));
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
      const { openedAt, trialNumber: number } = opening;
      this.#log(studyId, { kind: "test-opened", number, ordinal }, openedAt);
      return toTestOpeningRecord({ ...row, trial_number: opening.trialNumber });
    });
  }

  async listTestOpenings(studyId: StudyId): Promise<TestOpeningRecord[]> {
    return this.#read(() => this.#statements.openings.all(studyId).map(toTestOpeningRecord));
  }

  async listEvents(
    studyId: StudyId,
    { after = 0, limit }: { after?: number; limit?: number } = {},
  ): Promise<EventRecord[]> {
    return this.#read(() => this.#statements.events.all(studyId, after, limit ?? -1).map(toEventRecord));
  }

  async writeFile(
    studyId: StudyId,
    name: StudyFileName,
    { bytes, now }: { bytes: Uint8Array; now: number },
  ): Promise<void> {
    checkStudyFile(name, bytes);
    await this.#write(() => this.#statements.putFile.run(studyId, name, now, bytes));
  }

  async readFile(studyId: StudyId, name: StudyFileName): Promise<Uint8Array | undefined> {
    const bytes = this.#read(() => this.#statements.file.get(studyId, name));
    return bytes === undefined ? undefined : new Uint8Array(bytes);
  }

  async removeFile(studyId: StudyId, name: StudyFileName): Promise<void> {
    await this.#write(() => this.#statements.removeFile.run(studyId, name));
  }

  async listFiles(studyId: StudyId, kind: string): Promise<StudyFileRecord[]> {
    const rows = this.#read(() => this.#statements.files.all(studyId, kind));
    return rows.map(({ name, size, written_at }) => ({
      name: name as StudyFileName,
      sizeBytes: size,
      writtenAt: written_at,
    }));
  }

  async registerWorker({
    name,
    version,
    labels,
    startedAt,
    seenAt,
  }: WorkerRecord): Promise<RegisteredWorker> {
    const text = JSON.stringify(labels);
    const row = await this.#claim(() =>
      this.#statements.putWorker.get(name, version, text, startedAt, seenAt),
    );
    return toRegisteredWorker(row!);
  }

  async removeWorker(name: string): Promise<void> {
    await this.#claim(() => this.#statements.removeWorker.run(name));
  }

  async listWorkers(): Promise<RegisteredWorker[]> {
    return this.#read(() => this.#statements.workers.all().map(toRegisteredWorker));
  }

  async requestDrain(name: string): Promise<boolean> {
    return this.#write(() => this.#statements.requestDrain.get(name) !== undefined);
  }

  async changeMark(): Promise<number> {
    return this.#read(() => this.#statements.changeMark.get()!);
  }

  async waitForChange(
    mark: number,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<void> {
    const isOver = () =>
      signal?.aborted === true || !this.#database.open || this.#statements.changeMark.get() !== mark;
    for (let waitedMs = 0; waitedMs < timeoutMs && !isOver();) {
      const pauseMs = Math.min(changePollMs, timeoutMs - waitedMs);
      waitedMs += pauseMs;
      await sleep(pauseMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  }

  async close(): Promise<void> {
    await this.#writer.close();
    this.#database.close();
  }

  #insert(studyId: StudyId, trial: NewTrial, now: number): TrialRecord | null {
    const study = toStudyRecord(this.#statements.studyById.get(studyId)!);
    if (!takesTrial(study, trial, this.#statements.trialCount.get(studyId)!)) return null;
    const fresh = newTrialRecord({ id: 0 as TrialId, studyId }, trial, now);
    const created = { ...fresh, revision: this.#log(studyId, trialEvent(null, fresh), now) };
    const { lastInsertRowid } = this.#statements.insertTrial.run(toTrialRow(created));
    return { ...created, id: Number(lastInsertRowid) as TrialId };
  }

  #update(before: TrialRecord, after: TrialRecord, now: number): TrialRecord {
    const updated = { ...after, revision: this.#log(after.studyId, trialEvent(before, after), now) };
    this.#statements.updateTrial.run(toTrialRow(updated));
    return updated;
  }

  /** @returns the event's sequence */
  #log(studyId: StudyId, event: StudyEvent, time: number): number {
    const sequence = this.#statements.nextRevision.get(studyId)!;
    this.#statements.insertEvent.run(studyId, sequence, time, JSON.stringify(event));
    return sequence;
  }

  /** Remembers a write that came too late. @returns false: it is not taken */
  #refuse(
    lease: Lease,
    write: { kind: "observations" | "ending"; observations: readonly Observation[]; now: number },
  ): false {
    const row = this.#statements.attemptOfTrial.get(lease.trialId, lease.attempt);
    if (row === undefined) return false;
    const { study_id, ...held } = row;
    const refused = refusedWrite(held, lease, write);
    if (refused !== null) this.#log(study_id as StudyId, refused, write.now);
    return false;
  }

  #begin(trial: TrialRecord, claim: ClaimOptions): TrialRecord {
    const begun = beginAttempt(trial, claim);
    this.#statements.insertAttempt.run(toAttemptRow(begun.attempt));
    return this.#update(trial, begun.trial, claim.now);
  }

  #end(trial: TrialRecord, change: (held: TrialAndAttempt) => TrialAndAttempt, now: number): TrialRecord {
    const attempt = toAttemptRecord(this.#statements.attempt.get(trial.id, trial.attempt)!);
    const ended = change({ trial, attempt });
    this.#statements.updateAttempt.run(toAttemptRow(ended.attempt));
    return this.#update(trial, ended.trial, now);
  }

  #lose(trial: TrialRecord, now: number): TrialRecord {
    return this.#end(trial, (held) => loseAttempt(held, now), now);
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw translateStoreError(error, this.#file);
    }
  }

  /** A claim can be made again: it is synced with the next result, and need not wait for the disk itself. */
  #claim<T>(work: () => T): Promise<T> {
    return this.#write(work, { isDurable: false });
  }

  async #write<T>(work: () => T, options: { readonly isDurable: boolean } = { isDurable: true }): Promise<T> {
    try {
      return await this.#writer.write(work, options);
    } catch (error) {
      this.#observations.forget();
      throw translateStoreError(error, this.#file);
    }
  }
}
