import { internalError, type Json } from "../../../base/index.ts";
import {
  succeedCurve,
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
import { ChangeSignal } from "../change-signal.ts";
import { checkObservations } from "../check-observations.ts";
import { checkTestOpening } from "../check-test-opening.ts";
import { summariseSeries } from "../series-summary.ts";
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

interface StudyEntry {
  record: StudyRecord;
  readonly events: EventRecord[];
  readonly files: Map<StudyFileName, { readonly bytes: Uint8Array; readonly writtenAt: number }>;
  readonly versions: StudyVersion[];
  readonly trials: TrialEntry[];
  readonly openings: TestOpeningRecord[];
}

interface TrialEntry {
  record: TrialRecord;
  readonly attempts: AttemptRecord[];
  readonly curves: Map<string, readonly ObservationRecord[]>;
}

/**
 * Keeps everything in this process, and nothing when it ends: for tests and for searches from a program. It is also the
 * plainest statement of the storage's laws; the others are compared with it. JavaScript runs a method to its end
 * before another, which makes each atomic once it checks before it changes.
 */
export class MemoryStorage implements Storage {
  readonly #studies: StudyEntry[] = [];
  readonly #trials: TrialEntry[] = [];
  readonly #workers = new Map<string, RegisteredWorker>();
  readonly #changes = new ChangeSignal();

  async createStudy(definition: StudyDefinition, now: number): Promise<StudyRecord> {
    if (this.#studies.some(({ record }) => record.definition.name === definition.name)) {
      throw studyExists(definition.name);
    }
    const id = (this.#studies.length + 1) as StudyId;
    const record: StudyRecord = keep({
      id,
      definition,
      createdAt: now,
      stopRequested: false,
      version: 1,
      ended: null,
    });
    const versions = [keep({ version: 1, definition, createdAt: now, note: "" })];
    const entry = { record, events: [], files: new Map(), versions, trials: [], openings: [] };
    this.#studies.push(entry);
    this.#log(entry, { kind: "study-created", version: 1, definition, note: "" }, now);
    return record;
  }

  async getStudy(name: string): Promise<StudyRecord> {
    const entry = this.#studies.find(({ record }) => record.definition.name === name);
    if (entry === undefined) {
      throw studyNotFound(
        name,
        this.#studies.map(({ record }) => record.definition.name),
      );
    }
    return entry.record;
  }

  async listStudies(): Promise<StudyRecord[]> {
    return this.#studies.map(({ record }) => record);
  }

  async setStopRequested(studyId: StudyId, stopRequested: boolean, now: number): Promise<void> {
    const study = this.#study(studyId);
    if (study.record.stopRequested === stopRequested) return;
    study.record = keep({ ...study.record, stopRequested });
    this.#log(study, { kind: stopRequested ? "stop-requested" : "stop-cleared" }, now);
  }

  async endStudy(
    studyId: StudyId,
    { end, version, now }: { end: StudyEnd; version: number; now: number },
  ): Promise<boolean> {
    const study = this.#study(studyId);
    if (study.record.version !== version || study.record.ended !== null) return false;
    study.record = keep({ ...study.record, ended: end });
    this.#log(study, { kind: "study-ended", end }, now);
    return true;
  }

  async reviseStudy(
    studyId: StudyId,
    revision: { definition: StudyDefinition; version: number; note: string; now: number },
  ): Promise<StudyRecord | null> {
    const { definition, version, note, now } = revision;
    const study = this.#study(studyId);
    const { ended } = study.record;
    if (study.record.version !== version || study.trials.length > definition.maxTrials) return null;
    study.record = keep({ ...study.record, definition, version: version + 1, ended: null });
    study.versions.push(keep({ version: version + 1, definition, createdAt: now, note }));
    this.#log(study, { kind: "study-revised", version: version + 1, definition, note }, now);
    if (ended !== null) this.#log(study, { kind: "study-reopened" }, now);
    return study.record;
  }

  async listVersions(studyId: StudyId): Promise<StudyVersion[]> {
    return [...this.#study(studyId).versions];
  }

  async enqueueTrial(studyId: StudyId, trial: NewTrial, now: number): Promise<TrialRecord | null> {
    return this.#insert(studyId, trial, now)?.record ?? null;
  }

  async createTrial(studyId: StudyId, trial: NewTrial, claim: ClaimOptions): Promise<TrialRecord | null> {
    const entry = this.#insert(studyId, trial, claim.now);
    return entry === null ? null : this.#begin(entry, claim);
  }

  async claimWaiting(studyId: StudyId, claim: ClaimOptions): Promise<TrialRecord | null> {
    const entry = this.#study(studyId).trials.find(
      ({ record }) => record.state === "waiting" && canRun(record, claim),
    );
    return entry === undefined ? null : this.#begin(entry, claim);
  }

  async claimPaused(studyId: StudyId, number: number, claim: ClaimOptions): Promise<TrialRecord | null> {
    const entry = this.#paused(studyId, number);
    return entry === undefined || !canRun(entry.record, claim) ? null : this.#begin(entry, claim);
  }

  async stopPaused(
    studyId: StudyId,
    number: number,
    options: { reason: TrialReason; now: number },
  ): Promise<TrialRecord | null> {
    const entry = this.#paused(studyId, number);
    return entry === undefined ? null : this.#update(entry, endPaused(entry.record, options), options.now);
  }

  async renewLease(lease: Lease, now: number): Promise<void> {
    this.#renew(this.#held(lease), now);
  }

  async appendObservations(lease: Lease, observations: readonly Observation[], now: number): Promise<void> {
    checkObservations(observations);
    const entry = this.#held(lease, { kind: "observations", observations, now });
    this.#renew(entry, now);
    append(entry, observations);
  }

  async finishAttempt(
    lease: Lease,
    outcome: TrialOutcome,
    options: { now: number; observations?: readonly Observation[] },
  ): Promise<void> {
    const { now, observations = [] } = options;
    checkObservations(observations);
    const entry = this.#held(lease, { kind: "ending", observations, now });
    append(entry, observations);
    this.#change(entry, (held) => endAttempt(held, outcome, now), now);
  }

  async listLeases(studyId: StudyId): Promise<LeaseRecord[]> {
    return this.#study(studyId).trials.flatMap(({ record }) => {
      const { id: trialId, number, attempt, worker, leaseMs, leaseExpiresAt } = record;
      if (worker === null || leaseMs === null || leaseExpiresAt === null) return [];
      return [{ trialId, number, attempt, worker, leaseMs, leaseExpiresAt }];
    });
  }

  async loseLease(
    lease: Pick<LeaseRecord, "trialId" | "attempt" | "leaseExpiresAt">,
    now: number,
  ): Promise<TrialRecord | null> {
    const entry = this.#trials[lease.trialId - 1];
    const { state, attempt, leaseExpiresAt } = entry?.record ?? {};
    const isThatLease = attempt === lease.attempt && leaseExpiresAt === lease.leaseExpiresAt;
    if (entry === undefined || state !== "running" || !isThatLease) return null;
    return this.#change(entry, (held) => loseAttempt(held, now), now);
  }

  async releaseWorker(studyId: StudyId, worker: string, now: number): Promise<TrialRecord[]> {
    return this.#study(studyId)
      .trials.filter(({ record }) => record.state === "running" && record.worker === worker)
      .map((entry) => this.#change(entry, (held) => loseAttempt(held, now), now));
  }

  async countTrials(studyId: StudyId): Promise<number> {
    return this.#study(studyId).trials.length;
  }

  async countByState(studyId: StudyId): Promise<Readonly<Record<TrialState, number>>> {
    const { trials } = this.#study(studyId);
    const count = (state: TrialState) => trials.filter(({ record }) => record.state === state).length;
    return Object.fromEntries(trialStates.map((state) => [state, count(state)])) as Record<
      TrialState,
      number
    >;
  }

  async getTrial(studyId: StudyId, number: number): Promise<TrialRecord> {
    const { trials } = this.#study(studyId);
    const entry = trials[number];
    if (entry === undefined) throw trialNotFound(number, trials.length);
    return entry.record;
  }

  async listTrials(studyId: StudyId): Promise<TrialRecord[]> {
    return this.#study(studyId).trials.map(({ record }) => record);
  }

  async listTrialsSince(studyId: StudyId, revision: number): Promise<TrialRecord[]> {
    return (await this.listTrials(studyId)).filter((record) => record.revision > revision);
  }

  async listAttempts(trialId: TrialId): Promise<AttemptRecord[]> {
    return [...(this.#trials[trialId - 1]?.attempts ?? [])];
  }

  async listObservations(trialId: TrialId, metric?: string): Promise<ObservationRecord[]> {
    const curves = this.#trials[trialId - 1]?.curves ?? new Map<string, readonly ObservationRecord[]>();
    const metrics = metric === undefined ? [...curves.keys()].sort() : [metric];
    return metrics.flatMap((name) => curves.get(name) ?? []);
  }

  async listSeries(studyId: StudyId): Promise<SeriesRecord[]> {
    return this.#study(studyId).trials.flatMap(({ record, curves }) =>
      [...curves.keys()]
        .sort()
        .map((metric) => ({ trialId: record.id, metric, ...summariseSeries(curves.get(metric)!)! })),
    );
  }

  async recordTestOpening(studyId: StudyId, opening: TestOpening): Promise<TestOpeningRecord> {
    checkTestOpening(opening);
    const { trials, openings } = this.#study(studyId);
    if (trials[opening.trialNumber] === undefined) throw trialNotFound(opening.trialNumber, trials.length);
    const { metrics, ...rest } = opening;
    const values = Object.entries(metrics).map(([name, value]) => [name, value + 0] as const);
    const kept = { metrics: Object.freeze(Object.fromEntries(values)), ordinal: openings.length + 1 };
    const record: TestOpeningRecord = Object.freeze({ ...keep(rest), ...kept });
    openings.push(record);
    const { ordinal, trialNumber, openedAt } = record;
    this.#log(this.#study(studyId), { kind: "test-opened", number: trialNumber, ordinal }, openedAt);
    return record;
  }

  async listTestOpenings(studyId: StudyId): Promise<TestOpeningRecord[]> {
    return [...this.#study(studyId).openings];
  }

  async listEvents(
    studyId: StudyId,
    { after = 0, limit = Infinity }: { after?: number; limit?: number } = {},
  ): Promise<EventRecord[]> {
    const { events } = this.#study(studyId);
    return events.filter(({ sequence }) => sequence > after).slice(0, limit);
  }

  async writeFile(
    studyId: StudyId,
    name: StudyFileName,
    { bytes, now }: { bytes: Uint8Array; now: number },
  ): Promise<void> {
    checkStudyFile(name, bytes);
    this.#study(studyId).files.set(name, { bytes: bytes.slice(), writtenAt: now });
  }

  async readFile(studyId: StudyId, name: StudyFileName): Promise<Uint8Array | undefined> {
    return this.#study(studyId).files.get(name)?.bytes.slice();
  }

  async removeFile(studyId: StudyId, name: StudyFileName): Promise<void> {
    this.#study(studyId).files.delete(name);
  }

  async listFiles(studyId: StudyId, kind: string): Promise<StudyFileRecord[]> {
    return [...this.#study(studyId).files]
      .filter(([name]) => name.startsWith(`${kind}/`))
      .map(([name, { bytes, writtenAt }]) => ({ name, sizeBytes: bytes.length, writtenAt }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async registerWorker(worker: WorkerRecord): Promise<RegisteredWorker> {
    const drainRequested = this.#workers.get(worker.name)?.drainRequested ?? false;
    const registered = keep({ ...worker, drainRequested });
    this.#workers.set(worker.name, registered);
    return registered;
  }

  async removeWorker(name: string): Promise<void> {
    this.#workers.delete(name);
  }

  async listWorkers(): Promise<RegisteredWorker[]> {
    return [...this.#workers.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async requestDrain(name: string): Promise<boolean> {
    const worker = this.#workers.get(name);
    if (worker === undefined) return false;
    this.#workers.set(name, keep({ ...worker, drainRequested: true }));
    return true;
  }

  async changeMark(): Promise<number> {
    return this.#changes.count;
  }

  async waitForChange(mark: number, options: { timeoutMs: number; signal?: AbortSignal }): Promise<void> {
    return this.#changes.wait(mark, options);
  }

  async close(): Promise<void> {}

  #study(id: StudyId): StudyEntry {
    const entry = this.#studies[id - 1];
    if (entry === undefined) throw internalError(`no study has the id ${id}`);
    return entry;
  }

  /** @param write what is refused when the lease is lost; absent: nothing that the log keeps */
  #held(
    lease: Lease,
    write?: { kind: "observations" | "ending"; observations: readonly Observation[]; now: number },
  ): TrialEntry {
    const entry = this.#trials[lease.trialId - 1];
    if (entry?.record.state === "running" && entry.record.attempt === lease.attempt) return entry;
    const attempt = entry?.attempts[lease.attempt - 1];
    if (entry !== undefined && attempt !== undefined && write !== undefined) {
      const { number, studyId } = entry.record;
      const refused = refusedWrite({ number, worker: attempt.worker }, lease, write);
      if (refused !== null) this.#log(this.#study(studyId), refused, write.now);
    }
    throw leaseLost(lease);
  }

  #renew(entry: TrialEntry, now: number): void {
    entry.record = keep({ ...entry.record, leaseExpiresAt: now + entry.record.leaseMs! });
  }

  #paused(studyId: StudyId, number: number): TrialEntry | undefined {
    const entry = this.#study(studyId).trials[number];
    return entry?.record.state === "paused" ? entry : undefined;
  }

  #insert(studyId: StudyId, trial: NewTrial, now: number): TrialEntry | null {
    const study = this.#study(studyId);
    if (!takesTrial(study.record, trial, study.trials.length)) return null;
    const id = (this.#trials.length + 1) as TrialId;
    const record = newTrialRecord({ id, studyId }, trial, now);
    const revision = this.#log(study, trialEvent(null, record), now);
    const entry: TrialEntry = { record: keep({ ...record, revision }), attempts: [], curves: new Map() };
    study.trials.push(entry);
    this.#trials.push(entry);
    return entry;
  }

  #update(entry: TrialEntry, record: TrialRecord, now: number): TrialRecord {
    const revision = this.#log(this.#study(record.studyId), trialEvent(entry.record, record), now);
    entry.record = keep({ ...record, revision });
    return entry.record;
  }

  #begin(entry: TrialEntry, claim: ClaimOptions): TrialRecord {
    const begun = beginAttempt(entry.record, claim);
    entry.attempts.push(keep(begun.attempt));
    return this.#update(entry, begun.trial, claim.now);
  }

  #change(entry: TrialEntry, step: (held: TrialAndAttempt) => TrialAndAttempt, now: number): TrialRecord {
    const { trial, attempt } = step({ trial: entry.record, attempt: entry.attempts.at(-1)! });
    entry.attempts[entry.attempts.length - 1] = keep(attempt);
    return this.#update(entry, trial, now);
  }

  /** @returns the event's sequence */
  #log(study: StudyEntry, event: StudyEvent, time: number): number {
    const sequence = study.events.length + 1;
    study.events.push(keep({ ...event, sequence, time }));
    this.#changes.advance();
    return sequence;
  }
}

function append({ record, curves }: TrialEntry, observations: readonly Observation[]): void {
  for (const [metric, added] of Map.groupBy(observations, (observation) => observation.metric)) {
    const plain = added.map(({ step, time, value }) => ({ metric, step, time, value: value + 0 }));
    curves.set(metric, succeedCurve(curves.get(metric) ?? [], plain, record.attempt).map(keepPoint));
  }
}

function keepPoint(observation: ObservationRecord): ObservationRecord {
  return Object.isFrozen(observation) ? observation : Object.freeze(observation);
}

/** A frozen copy in which JSON is what a database would give back: nobody changes a record from outside. */
function keep<T>(record: T): T {
  return freeze(JSON.parse(JSON.stringify(record)) as Json) as T;
}

function freeze(value: Json): Json {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const item of Object.values(value)) freeze(item);
  return Object.freeze(value);
}
