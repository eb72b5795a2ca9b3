import type { TunesmithError } from "../../../base/index.ts";
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
import {
  toAttemptRecord,
  toEventRecord,
  toLeaseRecord,
  toObservationRecord,
  toSeriesRecord,
  toStudyRecord,
  toStudyVersion,
  toTestOpeningRecord,
  toTestOpeningRow,
  toTrialRecord,
  toTrialRow,
  type TrialRow,
} from "../sql/rows.ts";
import { leaseLost, studyExists, studyNotFound, trialNotFound } from "../storage-errors.ts";
import type { ClaimOptions, Lease, NewTrial, Storage, TrialOutcome } from "../storage.ts";
import type { StudyFileName, StudyFileRecord } from "../study-files.ts";
import {
  beginAttempt,
  canRun,
  isAskedFor,
  endAttempt,
  endPaused,
  loseAttempt,
  newTrialRecord,
  refusedWrite,
  type TrialAndAttempt,
} from "../trial-changes.ts";
import { ChangeListener } from "./change-listener.ts";
import { Database, type Session } from "./database.ts";
import { FileTable } from "./file-table.ts";
import { noObservations, ObservationWriter, type PreparedWrite } from "./observation-writer.ts";
import { checkVersion, migrate } from "./schema.ts";
import * as sql from "./statements.ts";
import { WorkerTable } from "./worker-table.ts";

/** Each carries its document. So many workers can claim at the same moment and all get one. */
const mostCandidates = 16;

export interface PostgresStorageOptions {
  /** False: a database without a store is an error and nothing is created. Defaults to true. */
  readonly create?: boolean;
}

/**
 * Keeps everything in the schema `tunesmith` of a database, for any number of processes of any machines.
 *
 * A change is made up here from what was read, by the same functions as in every storage, and one statement makes it if all is
 * still as it was read; else it is made up again. Claims wait for the disk as results do: a server that loses a claim with
 * its last moments hands the same attempt out again, while the first worker, on a machine of its own, still believes in it.
 */
export class PostgresStorage implements Storage {
  readonly #database: Database;
  readonly #observations: ObservationWriter;
  readonly #files: FileTable;
  readonly #workers: WorkerTable;
  readonly #changes: ChangeListener;
  /** Trials as they began here: each stays so until its attempt ends. */
  readonly #begun = new Map<TrialId, TrialAndAttempt>();
  /** How many waiting trials a claim has to choose from: more where others are often faster. */
  #candidates = 1;

  private constructor(database: Database) {
    this.#database = database;
    this.#observations = new ObservationWriter(database);
    this.#files = new FileTable(database);
    this.#workers = new WorkerTable(database);
    this.#changes = new ChangeListener(database);
  }

  /** @throws INVALID_USAGE, STORE_UNUSABLE, STORE_TOO_NEW */
  static async open(url: string, { create = true }: PostgresStorageOptions = {}): Promise<PostgresStorage> {
    const database = new Database(url);
    try {
      await migrate(database, create);
      return new PostgresStorage(database);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async createStudy(definition: StudyDefinition, now: number): Promise<StudyRecord> {
    const { name, maxTrials } = definition;
    const text = JSON.stringify(definition);
    const event = JSON.stringify({
      kind: "study-created",
      version: 1,
      definition,
      note: "",
    } satisfies StudyEvent);
    const given = { name, definition: text, max_trials: maxTrials, now, event };
    const row = await this.#database.first(sql.insertStudy, given);
    if (row === undefined) throw studyExists(name);
    const fresh = { stop_requested: 0, version: 1, ended: null };
    return toStudyRecord({ ...fresh, id: row.id, name, definition: text, created_at: now });
  }

  async getStudy(name: string): Promise<StudyRecord> {
    const row = await this.#database.first(sql.studyByName, { name });
    checkVersion(row!.schema_version, this.#database.name);
    if (row!.id !== null) return toStudyRecord(row!);
    const names = await this.#database.all(sql.studyNames, {});
    throw studyNotFound(
      name,
      names.map((other) => other.name),
    );
  }

  async listStudies(): Promise<StudyRecord[]> {
    return (await this.#database.all(sql.studies, {})).map(toStudyRecord);
  }

  async setStopRequested(studyId: StudyId, stopRequested: boolean, now: number): Promise<void> {
    const event: StudyEvent = { kind: stopRequested ? "stop-requested" : "stop-cleared" };
    const flag = { stop_requested: stopRequested ? 1 : 0 };
    await this.#database.all(sql.setStopRequested, { ...logged(studyId, now, event), ...flag });
  }

  async endStudy(
    studyId: StudyId,
    { end, version, now }: { end: StudyEnd; version: number; now: number },
  ): Promise<boolean> {
    const event: StudyEvent = { kind: "study-ended", end };
    const given = { ...logged(studyId, now, event), version, ended: JSON.stringify(end) };
    return (await this.#database.first(sql.endStudy, given)) !== undefined;
  }

  async reviseStudy(
    studyId: StudyId,
    revision: { definition: StudyDefinition; version: number; note: string; now: number },
  ): Promise<StudyRecord | null> {
    const { definition, version, note, now } = revision;
    const event: StudyEvent = { kind: "study-revised", version: version + 1, definition, note };
    const text = JSON.stringify(definition);
    // The second is logged when there is an end to be taken back.
    const events = logged(studyId, now, event, { kind: "study-reopened" });
    const given = { ...events, version, definition: text, note, max_trials: definition.maxTrials };
    const row = await this.#database.first(sql.reviseStudy, given);
    return row === undefined ? null : toStudyRecord({ ...row, definition: text });
  }

  async listVersions(studyId: StudyId): Promise<StudyVersion[]> {
    return (await this.#database.all(sql.versionsOfStudy, { study_id: studyId })).map(toStudyVersion);
  }

  async enqueueTrial(studyId: StudyId, trial: NewTrial, now: number): Promise<TrialRecord | null> {
    const created = newTrialRecord({ id: 0 as TrialId, studyId }, trial, now);
    return this.#insert(created, { events: [trialEvent(null, created)], trial, now });
  }

  async createTrial(studyId: StudyId, trial: NewTrial, claim: ClaimOptions): Promise<TrialRecord | null> {
    const created = newTrialRecord({ id: 0 as TrialId, studyId }, trial, claim.now);
    const { trial: begun, attempt } = beginAttempt(created, claim);
    const events = [trialEvent(null, created), trialEvent(created, begun)];
    const record = await this.#insert(begun, { events, trial, now: claim.now });
    return record === null
      ? null
      : this.#keep({ trial: record, attempt: { ...attempt, trialId: record.id } });
  }

  async claimPaused(studyId: StudyId, number: number, claim: ClaimOptions): Promise<TrialRecord | null> {
    const rows = await this.#database.all(sql.pausedTrial, { study_id: studyId, number });
    return this.#begin(studyId, rows, claim);
  }

  async claimWaiting(studyId: StudyId, claim: ClaimOptions): Promise<TrialRecord | null> {
    const labels = JSON.stringify(claim.labels ?? []);
    // Who looks in vain disturbs nobody.
    for (;;) {
      const given = { study_id: studyId, labels, limit: this.#candidates };
      const rows = await this.#database.all(sql.lowestWaiting, given);
      if (rows.length === 0) return null;
      const begun = await this.#begin(studyId, rows, claim);
      const hasRivals = begun?.id !== rows[0]!.id;
      this.#candidates = hasRivals ? mostCandidates : Math.ceil(this.#candidates / 2);
      if (begun !== null) return begun;
    }
  }

  async stopPaused(
    studyId: StudyId,
    number: number,
    options: { reason: TrialReason; now: number },
  ): Promise<TrialRecord | null> {
    for (;;) {
      const row = await this.#database.first(sql.pausedTrial, { study_id: studyId, number });
      if (row === undefined) return null;
      const trial = toTrialRecord(row);
      const stopped = endPaused(trial, options);
      const given = { ...changed(trial, stopped, options.now), seen: trial.revision };
      const done = await this.#database.first(sql.changeTrial, given);
      if (done !== undefined) return { ...stopped, revision: done.revision };
    }
  }

  async renewLease(lease: Lease, now: number): Promise<void> {
    const { trialId: trial_id, attempt } = lease;
    const rows = await this.#database.all(sql.renewLease, { trial_id, attempt, now });
    if (rows.length === 0) throw this.#lost(lease);
  }

  async appendObservations(lease: Lease, observations: readonly Observation[], now: number): Promise<void> {
    checkObservations(observations);
    for (;;) {
      const write = await this.#observations.prepare(lease, observations);
      if (write === null) return this.#refuse(lease, { kind: "observations", observations, now });
      const given = { ...write.parameters, trial_id: lease.trialId, attempt: lease.attempt, now };
      const append = write.isExtension ? sql.appendExtending : sql.appendReplacing;
      if ((await this.#database.all(append, given)).length > 0) return write.keep();
      this.#observations.forget(lease.trialId);
    }
  }

  async finishAttempt(
    lease: Lease,
    outcome: TrialOutcome,
    options: { now: number; observations?: readonly Observation[] },
  ): Promise<void> {
    const { now, observations = [] } = options;
    checkObservations(observations);
    for (;;) {
      const held = await this.#running(lease);
      const write = observations.length === 0 ? null : await this.#observations.prepare(lease, observations);
      if (held === null || (write === null && observations.length > 0)) {
        return this.#refuse(lease, { kind: "ending", observations, now });
      }
      const change = { held, after: endAttempt(held, outcome, now), now };
      const ended = await this.#end(this.#database, change, write);
      this.#forget(lease.trialId);
      if (ended !== null) return this.#sync();
    }
  }

  async listLeases(studyId: StudyId): Promise<LeaseRecord[]> {
    return (await this.#database.all(sql.leases, { study_id: studyId })).map(toLeaseRecord);
  }

  async loseLease(
    { trialId, attempt, leaseExpiresAt }: Pick<LeaseRecord, "trialId" | "attempt" | "leaseExpiresAt">,
    now: number,
  ): Promise<TrialRecord | null> {
    const given = { trial_id: trialId, attempt, lease_seen: leaseExpiresAt };
    const row = await this.#database.first(sql.leasedTrial, given);
    const lost = row === undefined ? null : await this.#lose(this.#database, row, now);
    if (lost !== null) await this.#sync();
    return lost;
  }

  async releaseWorker(studyId: StudyId, worker: string, now: number): Promise<TrialRecord[]> {
    const given = { study_id: studyId, worker };
    if ((await this.#database.all(sql.trialsOfWorker, given)).length === 0) return [];
    const released = await this.#database.transaction(async (session) => {
      await session.first(sql.lockOfStudy, given);
      await session.all(sql.lockAttemptsOfWorker, given);
      const lost: TrialRecord[] = [];
      for (const row of await session.all(sql.trialsOfWorker, given)) {
        lost.push((await this.#lose(session, row, now))!);
      }
      return lost;
    });
    await this.#sync();
    return released;
  }

  async countTrials(studyId: StudyId): Promise<number> {
    return this.#countTrials(this.#database, studyId);
  }

  async countByState(studyId: StudyId): Promise<Readonly<Record<TrialState, number>>> {
    const rows = await this.#database.all(sql.countByState, { study_id: studyId });
    const counts = new Map(rows.map(({ state, count }) => [state, count]));
    return Object.fromEntries(trialStates.map((state) => [state, counts.get(state) ?? 0])) as Record<
      TrialState,
      number
    >;
  }

  async getTrial(studyId: StudyId, number: number): Promise<TrialRecord> {
    return this.#getTrial(this.#database, studyId, number);
  }

  async listTrials(studyId: StudyId): Promise<TrialRecord[]> {
    return this.listTrialsSince(studyId, 0);
  }

  async listTrialsSince(studyId: StudyId, revision: number): Promise<TrialRecord[]> {
    const given = { study_id: studyId, after: revision };
    return (await this.#database.all(sql.trialsSince, given)).map(toTrialRecord);
  }

  async listAttempts(trialId: TrialId): Promise<AttemptRecord[]> {
    return (await this.#database.all(sql.attempts, { trial_id: trialId })).map(toAttemptRecord);
  }

  async listObservations(trialId: TrialId, metric?: string): Promise<ObservationRecord[]> {
    const rows = await (metric === undefined
      ? this.#database.all(sql.observations, { trial_id: trialId })
      : this.#database.all(sql.observationsOfMetric, { trial_id: trialId, metric }));
    return rows.map(toObservationRecord);
  }

  async listSeries(studyId: StudyId): Promise<SeriesRecord[]> {
    return (await this.#database.all(sql.seriesOfStudy, { study_id: studyId })).map(toSeriesRecord);
  }

  async recordTestOpening(studyId: StudyId, opening: TestOpening): Promise<TestOpeningRecord> {
    checkTestOpening(opening);
    const { trialNumber, openedAt } = opening;
    return this.#database.transaction(async (session) => {
      await session.first(sql.lockOfStudy, { study_id: studyId });
      const { id } = await this.#getTrial(session, studyId, trialNumber);
      const ordinal = (await session.first(sql.openingCount, { study_id: studyId }))!.count + 1;
      const row = toTestOpeningRow({ ...opening, ordinal }, { study_id: studyId, trial_id: id });
      await session.all(sql.insertOpening, row);
      const event: StudyEvent = { kind: "test-opened", number: trialNumber, ordinal };
      await session.all(sql.logAlone, logged(studyId, openedAt, event));
      return toTestOpeningRecord({ ...row, trial_number: trialNumber });
    });
  }

  async listTestOpenings(studyId: StudyId): Promise<TestOpeningRecord[]> {
    return (await this.#database.all(sql.openings, { study_id: studyId })).map(toTestOpeningRecord);
  }

  async listEvents(
    studyId: StudyId,
    { after = 0, limit }: { after?: number; limit?: number } = {},
  ): Promise<EventRecord[]> {
    const given = { study_id: studyId, after, limit: limit ?? null };
    return (await this.#database.all(sql.events, given)).map(toEventRecord);
  }

  async writeFile(
    studyId: StudyId,
    name: StudyFileName,
    file: { bytes: Uint8Array; now: number },
  ): Promise<void> {
    return this.#files.writeFile(studyId, name, file);
  }

  async readFile(studyId: StudyId, name: StudyFileName): Promise<Uint8Array | undefined> {
    return this.#files.readFile(studyId, name);
  }

  async removeFile(studyId: StudyId, name: StudyFileName): Promise<void> {
    return this.#files.removeFile(studyId, name);
  }

  async listFiles(studyId: StudyId, kind: string): Promise<StudyFileRecord[]> {
    return this.#files.listFiles(studyId, kind);
  }

  async registerWorker(worker: WorkerRecord): Promise<RegisteredWorker> {
    return this.#workers.registerWorker(worker);
  }

  async removeWorker(name: string): Promise<void> {
    return this.#workers.removeWorker(name);
  }

  async listWorkers(): Promise<RegisteredWorker[]> {
    return this.#workers.listWorkers();
  }

  async requestDrain(name: string): Promise<boolean> {
    return this.#workers.requestDrain(name);
  }

  async changeMark(): Promise<number> {
    return this.#changes.mark();
  }

  async waitForChange(mark: number, options: { timeoutMs: number; signal?: AbortSignal }): Promise<void> {
    return this.#changes.wait(mark, options);
  }

  async close(): Promise<void> {
    await this.#changes.close();
    await this.#database.close();
  }

  async #insert(
    record: TrialRecord,
    { events, trial, now }: { events: readonly StudyEvent[]; trial: NewTrial; now: number },
  ): Promise<TrialRecord | null> {
    const asked_for = isAskedFor(trial.origin) ? 1 : 0;
    const given = { ...toTrialRow(record), ...logged(record.studyId, now, ...events), asked_for };
    const row = await this.#database.first(sql.insertTrial, given);
    if (row === undefined) return null;
    await this.#sync();
    return { ...record, id: row.id as TrialId, revision: row.revision };
  }

  async #sync(): Promise<void> {
    await this.#database.all(sql.sync, {});
  }

  /** Begins an attempt of the first of the trials that is still as it was; null when none is. */
  async #begin(
    studyId: StudyId,
    rows: readonly TrialRow[],
    claim: ClaimOptions,
  ): Promise<TrialRecord | null> {
    const trials = rows.map(toTrialRecord).filter((trial) => canRun(trial, claim));
    if (trials.length === 0) return null;
    const begun = trials.map((trial) => beginAttempt(trial, claim));
    const chosen = await this.#database.first(sql.beginAttempt, {
      study_id: studyId,
      now: claim.now,
      worker: claim.worker,
      lease_ms: claim.leaseMs,
      lease_expires_at: claim.now + claim.leaseMs,
      trial_ids: trials.map(({ id }) => id),
      seen: trials.map(({ revision }) => revision),
      attempts: begun.map(({ attempt }) => attempt.attempt),
      started_at: begun.map(({ trial }) => trial.startedAt),
      data: begun.map(({ trial }, index) => JSON.stringify(trialEvent(trials[index]!, trial))),
    });
    if (chosen === undefined) return null;
    await this.#sync();
    const { trial, attempt } = begun.find((one) => one.trial.id === chosen.id)!;
    return this.#keep({ trial: { ...trial, revision: chosen.revision }, attempt });
  }

  #keep(begun: TrialAndAttempt): TrialRecord {
    this.#begun.set(begun.trial.id, begun);
    this.#observations.begin(begun.trial);
    return begun.trial;
  }

  #forget(trialId: TrialId): void {
    this.#begun.delete(trialId);
    this.#observations.forget(trialId);
  }

  /** Null when the attempt does not run. It may have ended since it began here: what ends it compares. */
  async #running({ trialId, attempt }: Lease): Promise<TrialAndAttempt | null> {
    const begun = this.#begun.get(trialId);
    if (begun?.attempt.attempt === attempt) return begun;
    const row = await this.#database.first(sql.heldTrial, { trial_id: trialId, attempt });
    return row === undefined ? null : runningAttempt(row);
  }

  /** Null when the attempt does not run any more, or not as it must. */
  async #end(
    session: Session,
    { held, after, now, leaseSeen = null }: EndOfAttempt,
    write: PreparedWrite | null = null,
  ): Promise<TrialRecord | null> {
    const given = {
      ...(write?.parameters ?? noObservations),
      ...changed(held.trial, after.trial, now),
      ended_at: after.attempt.endedAt!,
      lease_seen: leaseSeen,
    };
    const end = (write?.isExtension ?? true) ? sql.endAttemptExtending : sql.endAttemptReplacing;
    const row = await session.first(end, given);
    return row === undefined ? null : { ...after.trial, revision: row.revision };
  }

  async #lose(session: Session, row: sql.HeldRow, now: number): Promise<TrialRecord | null> {
    const held = runningAttempt(row);
    const after = loseAttempt(held, now);
    return this.#end(session, { held, after, now, leaseSeen: row.lease_expires_at });
  }

  /** Remembers a write that came too late. @throws LEASE_LOST */
  async #refuse(
    lease: Lease,
    write: { kind: "observations" | "ending"; observations: readonly Observation[]; now: number },
  ): Promise<never> {
    const { trialId: trial_id, attempt } = lease;
    const row = await this.#database.first(sql.attemptOfTrial, { trial_id, attempt });
    if (row !== undefined) {
      const { study_id, ...held } = row;
      const refused = refusedWrite(held, lease, write);
      if (refused !== null)
        await this.#database.all(sql.logAlone, logged(study_id as StudyId, write.now, refused));
    }
    throw this.#lost(lease);
  }

  #lost(lease: Lease): TunesmithError {
    this.#forget(lease.trialId);
    return leaseLost(lease);
  }

  async #getTrial(session: Session, studyId: StudyId, number: number): Promise<TrialRecord> {
    const row = await session.first(sql.trialByNumber, { study_id: studyId, number });
    if (row === undefined) throw trialNotFound(number, await this.#countTrials(session, studyId));
    return toTrialRecord(row);
  }

  async #countTrials(session: Session, studyId: StudyId): Promise<number> {
    return (await session.first(sql.trialCount, { study_id: studyId }))?.count ?? 0;
  }
}

interface EndOfAttempt {
  readonly held: TrialAndAttempt;
  readonly after: TrialAndAttempt;
  readonly now: number;
  /** The end of its lease as it must stand. */
  readonly leaseSeen?: number | null;
}

function logged(studyId: StudyId, now: number, ...events: StudyEvent[]): sql.Logged {
  return { study_id: studyId, now, events: events.map((event) => JSON.stringify(event)) };
}

function changed(before: TrialRecord, after: TrialRecord, now: number) {
  const row = toTrialRow(after);
  return {
    ...row,
    ...logged(after.studyId, now, trialEvent(before, after)),
    trial_id: row.id,
    parameters: after.parameters === before.parameters ? null : row.parameters,
    document: after.document === before.document ? null : row.document,
  };
}

function runningAttempt(row: sql.HeldRow): TrialAndAttempt {
  const trial = toTrialRecord(row);
  return {
    trial,
    attempt: {
      trialId: trial.id,
      attempt: trial.attempt,
      worker: row.worker,
      startedAt: row.begun_at,
      endedAt: null,
      outcome: null,
      reason: null,
    },
  };
}
