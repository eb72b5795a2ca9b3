import { internalError, type Json } from "../../../base/index.ts";
import {
  succeedCurve,
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
import { summariseSeries } from "../series-summary.ts";
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

interface StudyEntry {
  record: StudyRecord;
  /** Counts the changes of its trials. */
  revision: number;
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
    this.#studies.push({ record, revision: 0, versions, trials: [], openings: [] });
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

  async setStopRequested(studyId: StudyId, stopRequested: boolean): Promise<void> {
    const study = this.#study(studyId);
    study.record = keep({ ...study.record, stopRequested });
  }

  async endStudy(studyId: StudyId, ended: StudyEnd | null): Promise<void> {
    const study = this.#study(studyId);
    study.record = keep({ ...study.record, ended });
  }

  async reviseStudy(
    studyId: StudyId,
    revision: { definition: StudyDefinition; version: number; note: string; now: number },
  ): Promise<StudyRecord | null> {
    const { definition, version, note, now } = revision;
    const study = this.#study(studyId);
    if (study.record.version !== version) return null;
    study.record = keep({ ...study.record, definition, version: version + 1 });
    study.versions.push(keep({ version: version + 1, definition, createdAt: now, note }));
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
    const entry = this.#study(studyId).trials.find(({ record }) => record.state === "waiting");
    return entry === undefined ? null : this.#begin(entry, claim);
  }

  async claimPaused(studyId: StudyId, number: number, claim: ClaimOptions): Promise<TrialRecord | null> {
    const entry = this.#paused(studyId, number);
    return entry === undefined ? null : this.#begin(entry, claim);
  }

  async stopPaused(
    studyId: StudyId,
    number: number,
    options: { reason: TrialReason; now: number },
  ): Promise<TrialRecord | null> {
    const entry = this.#paused(studyId, number);
    return entry === undefined ? null : this.#update(entry, endPaused(entry.record, options));
  }

  async renewLease(lease: Lease, leaseExpiresAt: number): Promise<void> {
    const entry = this.#held(lease);
    entry.record = keep({ ...entry.record, leaseExpiresAt });
  }

  async appendObservations(
    lease: Lease,
    observations: readonly Observation[],
    leaseExpiresAt: number,
  ): Promise<void> {
    checkObservations(observations);
    const entry = this.#held(lease);
    entry.record = keep({ ...entry.record, leaseExpiresAt });
    append(entry, observations);
  }

  async finishAttempt(
    lease: Lease,
    outcome: TrialOutcome,
    options: { now: number; observations?: readonly Observation[] },
  ): Promise<void> {
    const { now, observations = [] } = options;
    checkObservations(observations);
    const entry = this.#held(lease);
    append(entry, observations);
    this.#change(entry, (held) => endAttempt(held, outcome, now));
  }

  async reapExpired(studyId: StudyId, now: number): Promise<TrialRecord[]> {
    return this.#lose(studyId, now, ({ leaseExpiresAt }) => leaseExpiresAt !== null && leaseExpiresAt <= now);
  }

  async releaseWorker(studyId: StudyId, worker: string, now: number): Promise<TrialRecord[]> {
    return this.#lose(studyId, now, (record) => record.worker === worker);
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
    return record;
  }

  async listTestOpenings(studyId: StudyId): Promise<TestOpeningRecord[]> {
    return [...this.#study(studyId).openings];
  }

  async close(): Promise<void> {}

  #study(id: StudyId): StudyEntry {
    const entry = this.#studies[id - 1];
    if (entry === undefined) throw internalError(`no study has the id ${id}`);
    return entry;
  }

  #held(lease: Lease): TrialEntry {
    const entry = this.#trials[lease.trialId - 1];
    if (entry?.record.state !== "running" || entry.record.attempt !== lease.attempt) throw leaseLost(lease);
    return entry;
  }

  #lose(studyId: StudyId, now: number, isLost: (record: TrialRecord) => boolean): TrialRecord[] {
    const lost = this.#study(studyId).trials.filter(
      ({ record }) => record.state === "running" && isLost(record),
    );
    for (const entry of lost) this.#change(entry, (held) => loseAttempt(held, now));
    return lost.map(({ record }) => record);
  }

  #paused(studyId: StudyId, number: number): TrialEntry | undefined {
    const entry = this.#study(studyId).trials[number];
    return entry?.record.state === "paused" ? entry : undefined;
  }

  #insert(studyId: StudyId, trial: NewTrial, now: number): TrialEntry | null {
    const { trials } = this.#study(studyId);
    if (trial.number !== trials.length) return null;
    const id = (this.#trials.length + 1) as TrialId;
    const record = newTrialRecord({ id, studyId }, trial, now);
    const entry: TrialEntry = { record, attempts: [], curves: new Map() };
    trials.push(entry);
    this.#trials.push(entry);
    this.#update(entry, record);
    return entry;
  }

  #update(entry: TrialEntry, record: TrialRecord): TrialRecord {
    const study = this.#study(record.studyId);
    study.revision += 1;
    entry.record = keep({ ...record, revision: study.revision });
    return entry.record;
  }

  #begin(entry: TrialEntry, claim: ClaimOptions): TrialRecord {
    const begun = beginAttempt(entry.record, claim);
    entry.attempts.push(keep(begun.attempt));
    return this.#update(entry, begun.trial);
  }

  #change(entry: TrialEntry, step: (held: TrialAndAttempt) => TrialAndAttempt): void {
    const { trial, attempt } = step({ trial: entry.record, attempt: entry.attempts.at(-1)! });
    entry.attempts[entry.attempts.length - 1] = keep(attempt);
    this.#update(entry, trial);
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
