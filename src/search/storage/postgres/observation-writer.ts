import { succeedCurve, type Observation, type StudyId, type TrialId } from "../../trial/index.ts";
import { extendSummary, summariseSeries, type SeriesSummary } from "../series-summary.ts";
import { toObservationRecord, toSeriesRecord } from "../sql/rows.ts";
import type { Lease } from "../storage.ts";
import type { Database } from "./database.ts";
import * as sql from "./statements.ts";

/** What is known of an attempt that runs: true as long as nobody else has written for it. */
interface KnownCurves {
  readonly attempt: number;
  readonly studyId: StudyId;
  writes: number;
  readonly series: Map<string, SeriesSummary>;
}

/** Observations as parameters; to be kept once the statement has changed something. */
export interface PreparedWrite {
  readonly parameters: sql.ObservationParameters;
  /** Each curve is extended, as training does; otherwise the slower statements are needed. */
  readonly isExtension: boolean;
  keep(): void;
}

export const noObservations: sql.ObservationParameters = {
  writes: null,
  metric_ids: [],
  steps: [],
  times: [],
  observed: [],
  series_ids: [],
  are_new: [],
  counts: [],
  last_steps: [],
  lasts: [],
  minima: [],
  minimum_steps: [],
  maxima: [],
  maximum_steps: [],
};

/**
 * Sums up observations before they are written, so that one message writes both. It remembers the sums of attempts that it
 * writes for and their count of writes, which the statement compares: when another process has written for the same
 * attempt, nothing is changed and the sums are read again.
 */
export class ObservationWriter {
  readonly #database: Database;
  readonly #known = new Map<TrialId, KnownCurves>();
  /** Ids of metrics never change and never go away. */
  readonly #metricIds = new Map<StudyId, Map<string, number>>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** A trial that begins for the first time has no curves. */
  begin({ id, studyId, attempt }: { id: TrialId; studyId: StudyId; attempt: number }): void {
    if (attempt === 1) this.#known.set(id, { attempt, studyId, writes: 0, series: new Map() });
  }

  forget(trialId: TrialId): void {
    this.#known.delete(trialId);
  }

  /** Null when the attempt does not run. */
  async prepare(lease: Lease, observations: readonly Observation[]): Promise<PreparedWrite | null> {
    const known = this.#known.get(lease.trialId);
    const current = known?.attempt === lease.attempt ? known : await this.#load(lease);
    if (current === null) return null;
    const added = Map.groupBy(observations, ({ metric }) => metric);
    const ids = await this.#idsOf(current.studyId, [...added.keys()]);
    const columns = emptyColumns(current.writes);
    const sums = new Map<string, SeriesSummary>();
    const allExtend = [...added].every(([metric, points]) => isExtension(current.series.get(metric), points));
    for (const [metric, points] of added) {
      const before = current.series.get(metric) ?? null;
      const id = ids.get(metric)!;
      const plain = lastOfEachStep(points);
      const sum = allExtend
        ? plain.reduce(extendSummary, before)!
        : await this.#sumUpAnew(lease, metric, plain);
      sums.set(metric, sum);
      addPoints(columns, id, plain);
      addSummary(columns, id, sum);
      columns.are_new.push(before === null);
    }
    return {
      parameters: columns,
      isExtension: allExtend,
      keep: () => {
        current.writes += 1;
        for (const [metric, sum] of sums) current.series.set(metric, sum);
      },
    };
  }

  async #load({ trialId, attempt }: Lease): Promise<KnownCurves | null> {
    const rows = await this.#database.all(sql.heldCurves, { trial_id: trialId, attempt });
    if (rows.length === 0) return null;
    const { study_id, writes } = rows[0]!;
    const series = rows.flatMap((row) =>
      row.metric === null ? [] : [[row.metric, toSeriesRecord(row)] as const],
    );
    const known = {
      attempt,
      studyId: study_id as StudyId,
      writes,
      series: new Map<string, SeriesSummary>(series),
    };
    this.#known.set(trialId, known);
    return known;
  }

  async #sumUpAnew(
    { trialId, attempt }: Lease,
    metric: string,
    points: readonly Observation[],
  ): Promise<SeriesSummary> {
    const rows = await this.#database.all(sql.observationsOfMetric, { trial_id: trialId, metric });
    return summariseSeries(succeedCurve(rows.map(toObservationRecord), points, attempt))!;
  }

  async #idsOf(studyId: StudyId, metrics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const known = this.#metricIds.get(studyId) ?? new Map<string, number>();
    this.#metricIds.set(studyId, known);
    const names = metrics.filter((metric) => !known.has(metric));
    if (names.length === 0) return known;
    await this.#database.all(sql.insertMetrics, { study_id: studyId, names });
    for (const { id, name } of await this.#database.all(sql.metricIds, { study_id: studyId }))
      known.set(name, id);
    return known;
  }
}

type Columns = {
  -readonly [K in keyof sql.ObservationParameters]: sql.ObservationParameters[K] extends readonly (infer V)[]
    ? V[]
    : sql.ObservationParameters[K];
};

function emptyColumns(writes: number): Columns {
  const arrays = Object.keys(noObservations).map((name) => [name, []]);
  return { ...(Object.fromEntries(arrays) as unknown as Columns), writes };
}

/** In the order of steps; adding zero turns negative zero, which text does not keep, into zero. */
function lastOfEachStep(points: readonly Observation[]): Observation[] {
  const byStep = new Map(points.map((point) => [point.step, { ...point, value: point.value + 0 }]));
  return [...byStep.values()].toSorted((a, b) => a.step - b.step);
}

/** Each point lies beyond all before it, as those of a training do. */
function isExtension(before: SeriesSummary | undefined, points: readonly Observation[]): boolean {
  let last = before?.lastStep ?? 0;
  return points.every(({ step }) => {
    const isBeyond = step > last;
    last = step;
    return isBeyond;
  });
}

function addPoints(columns: Columns, metricId: number, points: readonly Observation[]): void {
  for (const { step, time, value } of points) {
    columns.metric_ids.push(metricId);
    columns.steps.push(step);
    columns.times.push(time);
    columns.observed.push(value);
  }
}

function addSummary(columns: Columns, metricId: number, summary: SeriesSummary): void {
  columns.series_ids.push(metricId);
  columns.counts.push(summary.count);
  columns.last_steps.push(summary.lastStep);
  columns.lasts.push(summary.last);
  columns.minima.push(summary.minimum);
  columns.minimum_steps.push(summary.minimumStep);
  columns.maxima.push(summary.maximum);
  columns.maximum_steps.push(summary.maximumStep);
}
