/** Rows as the databases give them, and the records they stand for: JSON is text, times and ids are numbers. */
import { TunesmithError, type Json, type Seed } from "../../../base/index.ts";
import type { Configuration } from "../../space/index.ts";
import {
  parseStudyDefinition,
  type AttemptRecord,
  type EventRecord,
  type LeaseRecord,
  type ObservationRecord,
  type RegisteredWorker,
  type SeriesRecord,
  type StudyDefinition,
  type StudyEnd,
  type StudyEvent,
  type StudyId,
  type StudyRecord,
  type StudyVersion,
  type TestOpeningRecord,
  type TrialId,
  type TrialOrigin,
  type TrialReason,
  type TrialRecord,
  type TrialResult,
  type TrialState,
} from "../../trial/index.ts";

export interface StudyRow {
  readonly id: number;
  readonly name: string;
  readonly definition: string;
  readonly created_at: number;
  readonly stop_requested: number;
  readonly version: number;
  readonly ended: string | null;
}

export interface StudyVersionRow {
  readonly version: number;
  readonly definition: string;
  readonly created_at: number;
  readonly note: string;
}

export interface TrialRow {
  readonly id: number;
  readonly study_id: number;
  readonly number: number;
  readonly state: string;
  readonly attempt: number;
  readonly worker: string | null;
  readonly lease_expires_at: number | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly duration_ms: number;
  readonly objective_value: number | null;
  readonly seed: string;
  readonly parameters: string;
  readonly document: string;
  readonly result: string | null;
  readonly reason: string | null;
  readonly measured: string | null;
  readonly origin: string | null;
  readonly revision: number;
  readonly lease_ms: number | null;
  readonly labels: string | null;
}

export interface LeaseRow {
  readonly id: number;
  readonly number: number;
  readonly attempt: number;
  readonly worker: string;
  readonly lease_ms: number;
  readonly lease_expires_at: number;
}

export interface EventRow {
  readonly sequence: number;
  readonly time: number;
  readonly data: string;
}

export interface WorkerRow {
  readonly name: string;
  readonly version: string;
  readonly labels: string;
  readonly started_at: number;
  readonly seen_at: number;
  readonly drain_requested: number;
}

export interface AttemptRow {
  readonly trial_id: number;
  readonly attempt: number;
  readonly worker: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
  readonly reason: string | null;
}

export interface ObservationRow {
  readonly metric: string;
  readonly step: number;
  readonly attempt: number;
  readonly time: number;
  readonly value: number | null;
  readonly non_finite?: string | null;
}

export interface SeriesRow {
  readonly trial_id: number;
  readonly metric: string;
  readonly count: number;
  readonly last_step: number;
  readonly last: number | null;
  readonly last_non_finite?: string | null;
  readonly minimum: number | null;
  readonly minimum_step: number | null;
  readonly maximum: number | null;
  readonly maximum_step: number | null;
}

export interface TestOpeningRow {
  readonly study_id: number;
  readonly ordinal: number;
  readonly trial_id: number;
  readonly trial_number: number;
  readonly opened_at: number;
  readonly purpose: string;
  readonly content_hash: string;
  readonly examples: number;
  readonly metrics: string;
  readonly result: string;
}

/** @throws STORE_UNUSABLE for text that is no JSON or no study definition. */
export function toStudyRecord(row: StudyRow): StudyRecord {
  const where = `study \`${row.name}\``;
  return {
    id: row.id as StudyId,
    definition: readDefinition(where, row.definition),
    createdAt: row.created_at,
    stopRequested: row.stop_requested === 1,
    version: row.version,
    ended: readJson(where, "ended", row.ended) as StudyEnd | null,
  };
}

/** @throws STORE_UNUSABLE for text that is no JSON or no study definition. */
export function toStudyVersion({ version, definition, created_at, note }: StudyVersionRow): StudyVersion {
  const where = `version ${version} of a study`;
  return { version, definition: readDefinition(where, definition), createdAt: created_at, note };
}

/** A definition is read with every claim and seldom changes; to check one takes longer than all else that a claim does here. */
const checked = new Map<string, StudyDefinition>();
const mostChecked = 16;

function readDefinition(where: string, text: string): StudyDefinition {
  const known = checked.get(text);
  if (known !== undefined) return known;
  const definition = readColumn(where, "definition", () => parseStudyDefinition(JSON.parse(text) as unknown));
  if (checked.size >= mostChecked) checked.delete(checked.keys().next().value!);
  checked.set(text, definition);
  return definition;
}

interface Measured {
  readonly others: readonly (number | null)[];
  readonly violations: readonly (number | null)[];
}

const nothingMeasured: Measured = { others: [], violations: [] };

/** @throws STORE_UNUSABLE for text that is no JSON. */
export function toTrialRecord(row: TrialRow): TrialRecord {
  const where = `trial ${row.number}`;
  const measured = readJson(where, "measured", row.measured) as Measured | null;
  const { others, violations } = measured ?? nothingMeasured;
  return {
    id: row.id as TrialId,
    studyId: row.study_id as StudyId,
    number: row.number,
    state: row.state as TrialState,
    parameters: readJson(where, "parameters", row.parameters) as Configuration,
    seed: row.seed as Seed,
    document: readJson(where, "document", row.document) as Json,
    attempt: row.attempt,
    worker: row.worker,
    leaseExpiresAt: row.lease_expires_at,
    leaseMs: row.lease_ms,
    labels: (readJson(where, "labels", row.labels) as readonly string[] | null) ?? [],
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    durationMs: row.duration_ms,
    objectiveValue: row.objective_value,
    otherValues: others,
    violations,
    origin: readJson(where, "origin", row.origin) as TrialOrigin | null,
    revision: row.revision,
    result: readJson(where, "result", row.result) as TrialResult | null,
    reason: readJson(where, "reason", row.reason) as TrialReason | null,
  };
}

export function toTrialRow(record: TrialRecord): TrialRow {
  return {
    id: record.id,
    study_id: record.studyId,
    number: record.number,
    state: record.state,
    attempt: record.attempt,
    worker: record.worker,
    lease_expires_at: record.leaseExpiresAt,
    created_at: record.createdAt,
    started_at: record.startedAt,
    finished_at: record.finishedAt,
    duration_ms: record.durationMs,
    objective_value: record.objectiveValue,
    seed: record.seed,
    parameters: JSON.stringify(record.parameters),
    document: JSON.stringify(record.document),
    result: writeJson(record.result),
    reason: writeJson(record.reason),
    measured: measuredOf(record),
    origin: writeJson(record.origin),
    revision: record.revision,
    lease_ms: record.leaseMs,
    labels: record.labels.length === 0 ? null : JSON.stringify(record.labels),
  };
}

function measuredOf({ otherValues, violations }: TrialRecord): string | null {
  if (otherValues.length === 0 && violations.length === 0) return null;
  return JSON.stringify({ others: otherValues, violations } satisfies Measured);
}

/** @throws STORE_UNUSABLE for text that is no JSON. */
export function toAttemptRecord(row: AttemptRow): AttemptRecord {
  return {
    trialId: row.trial_id as TrialId,
    attempt: row.attempt,
    worker: row.worker,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    outcome: row.outcome as TrialState | null,
    reason: readJson(`attempt ${row.attempt}`, "reason", row.reason) as TrialReason | null,
  };
}

export function toAttemptRow(record: AttemptRecord): AttemptRow {
  return {
    trial_id: record.trialId,
    attempt: record.attempt,
    worker: record.worker,
    started_at: record.startedAt,
    ended_at: record.endedAt,
    outcome: record.outcome,
    reason: writeJson(record.reason),
  };
}

export function toLeaseRecord({ id, lease_ms, lease_expires_at, ...row }: LeaseRow): LeaseRecord {
  return { ...row, trialId: id as TrialId, leaseMs: lease_ms, leaseExpiresAt: lease_expires_at };
}

/** @throws STORE_UNUSABLE for text that is no JSON. */
export function toEventRecord({ sequence, time, data }: EventRow): EventRecord {
  return { ...(readJson(`event ${sequence}`, "data", data) as StudyEvent), sequence, time };
}

/** @throws STORE_UNUSABLE for text that is no JSON. */
export function toRegisteredWorker(row: WorkerRow): RegisteredWorker {
  return {
    name: row.name,
    version: row.version,
    labels: readJson(`worker \`${row.name}\``, "labels", row.labels) as readonly string[],
    startedAt: row.started_at,
    seenAt: row.seen_at,
    drainRequested: row.drain_requested === 1,
  };
}

export function toObservationRecord(row: ObservationRow): ObservationRecord {
  const { metric, step, attempt, time } = row;
  return { metric, step, attempt, time, value: joinNumber(row.value, row.non_finite) };
}

export function toSeriesRecord(row: SeriesRow): SeriesRecord {
  return {
    trialId: row.trial_id as TrialId,
    metric: row.metric,
    count: row.count,
    last: joinNumber(row.last, row.last_non_finite),
    lastStep: row.last_step,
    minimum: row.minimum,
    minimumStep: row.minimum_step,
    maximum: row.maximum,
    maximumStep: row.maximum_step,
  };
}

/** @throws STORE_UNUSABLE for text that is no JSON. */
export function toTestOpeningRecord(row: TestOpeningRow): TestOpeningRecord {
  const where = `opening ${row.ordinal} of the test split`;
  const metrics = readJson(where, "metrics", row.metrics) as Readonly<Record<string, number | string>>;
  return {
    ordinal: row.ordinal,
    trialNumber: row.trial_number,
    openedAt: row.opened_at,
    purpose: row.purpose,
    contentHash: row.content_hash,
    examples: row.examples,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value)])),
    result: readJson(where, "result", row.result) as TrialResult,
  };
}

export function toTestOpeningRow(
  record: TestOpeningRecord,
  ids: Pick<TestOpeningRow, "study_id" | "trial_id">,
): Omit<TestOpeningRow, "trial_number"> {
  const metrics = Object.entries(record.metrics).map(([name, value]) => [
    name,
    Number.isFinite(value) ? value : String(value),
  ]);
  return {
    ...ids,
    ordinal: record.ordinal,
    opened_at: record.openedAt,
    purpose: record.purpose,
    content_hash: record.contentHash,
    examples: record.examples,
    metrics: JSON.stringify(Object.fromEntries(metrics)),
    result: JSON.stringify(record.result),
  };
}

/** The two columns of a number that need not be finite: its value, or its name where it has none. */
export function splitNumber(value: number): readonly [number | null, string | null] {
  return Number.isFinite(value) ? [value, null] : [null, String(value)];
}

/** @param nonFinite left out where the database keeps such numbers itself */
export function joinNumber(value: number | null, nonFinite: string | null = null): number {
  return nonFinite === null ? value! : Number(nonFinite);
}

function writeJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

function readJson(where: string, column: string, text: string | null): unknown {
  return text === null ? null : readColumn(where, column, () => JSON.parse(text) as unknown);
}

function readColumn<T>(where: string, column: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TunesmithError("STORE_UNUSABLE", {
      message: `store: ${where}: column \`${column}\` must hold what Tunesmith wrote, got ${(cause as Error).message}`,
      hint: "The store was changed by another program; restore a copy.",
      facts: { where, column },
      cause,
    });
  }
}
